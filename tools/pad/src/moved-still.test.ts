import type { RgbImage } from '@openrecognize/biometrics';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { movedStill, type StillAttack } from './moved-still.ts';
import { seededRandom } from './seeded-random.ts';

const side = 96;
const white = (x: number, y: number): boolean => Math.abs(x - 48) < 4 && Math.abs(y - 48) < 4;
/** A white square on black, whose place tells how a picture was moved. */
const still: RgbImage = {
  width: side,
  height: side,
  data: Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return white(pixel % side, Math.floor(pixel / side)) ? 255 : 0;
  }),
};

const middles = async (attack: StillAttack): Promise<{ x: number; y: number }[]> => {
  const frames = await movedStill(still, attack, 8, seededRandom('1'));
  return Promise.all(
    frames.map(async (frame) => {
      const data = await sharp(frame as Uint8Array)
        .greyscale()
        .raw()
        .toBuffer();
      let [total, x, y] = [0, 0, 0];
      data.forEach((value, i) => {
        if (value < 100) return;
        total += value;
        x += value * (i % side);
        y += value * Math.floor(i / side);
      });
      return { x: x / total, y: y / total };
    }),
  );
};
const largestStep = (points: readonly { x: number; y: number }[]): number =>
  Math.max(...points.slice(1).map(({ x, y }, i) => Math.hypot(x - points[i].x, y - points[i].y)));

describe('attacks made of one photo', () => {
  it('move it, but for the recompressed one', async () => {
    expect(largestStep(await middles('recompressed'))).toBeLessThan(0.3);
    for (const attack of ['shifted', 'bent', 'tilted', 'swayed'] as const)
      expect(largestStep(await middles(attack)), attack).toBeGreaterThan(0.5);
  });

  it('sway slowly and tilt in jumps', async () => {
    expect(largestStep(await middles('swayed'))).toBeLessThan(largestStep(await middles('tilted')));
  });

  it('are the same with the same seed', async () => {
    expect(await middles('tilted')).toEqual(await middles('tilted'));
  });

  it('repeat one frame, pixel by pixel', async () => {
    const frames = await movedStill(still, 'repeated', 3, seededRandom('1'));
    expect(frames).toHaveLength(3);
    expect(new Set(frames).size).toBe(1);
    expect(frames[0]).toMatchObject({ encoding: 'rgb', bytes: still.data });
  });
});
