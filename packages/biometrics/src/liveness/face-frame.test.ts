import { describe, expect, it } from 'vitest';
import { headFrame } from '../../test/reference/synthetic-head.ts';
import { GRID_COLUMNS, GRID_ROWS, measureFaceFrame, sharedBackground } from './face-frame.ts';

const paint = (colour: (x: number, y: number) => readonly number[]) => {
  const data = new Uint8Array(3 * 640 * 480);
  for (let y = 0; y < 480; y++) for (let x = 0; x < 640; x++) data.set(colour(x, y), 3 * (y * 640 + x));
  return { width: 640, height: 480, data };
};

describe('the reduction of a frame', () => {
  const { faceBox, landmarks } = headFrame();

  it('reads forehead and cheeks where the landmarks say', () => {
    // The eyes lie on y = 200, 80 pixels apart around x = 320.
    const image = paint((x, y) => (y < 185 ? [200, 10, 10] : x < 320 ? [10, 200, 10] : [10, 10, 200]));
    const frame = measureFaceFrame({ image, faceBox, landmarks });
    expect(frame.forehead.red).toBeCloseTo(200, 3);
    expect(frame.leftCheek.green).toBeCloseTo(200, 3);
    expect(frame.rightCheek.blue).toBeCloseTo(200, 3);
  });

  it('tells the mean colour of each cell', () => {
    const image = paint((x, y) => [Math.floor(x / 40) * 10, Math.floor(y / 40) * 20, 7]);
    const { colourGrid } = measureFaceFrame({ image, faceBox, landmarks });
    for (let cell = 0; cell < GRID_COLUMNS * GRID_ROWS; cell++) {
      const expected = [(cell % GRID_COLUMNS) * 10, Math.floor(cell / GRID_COLUMNS) * 20, 7];
      expect([...colourGrid.subarray(3 * cell, 3 * cell + 3)]).toEqual(expected);
    }
  });

  it('calls background what is clear of head and body in every frame', () => {
    const cells = sharedBackground([headFrame(), headFrame({ shift: { x: 60, y: 0 } })]);
    const [one, moved] = [headFrame(), headFrame({ shift: { x: 60, y: 0 } })].map((frame) =>
      sharedBackground([frame]),
    );
    expect(cells.length).toBeGreaterThan(0);
    expect(cells).toEqual(one.filter((cell) => moved.includes(cell)));
    for (const cell of cells) expect(Math.floor(cell / GRID_COLUMNS)).toBeLessThan(8);
    const behindFace = 6 * GRID_COLUMNS + 8;
    expect(cells).not.toContain(behindFace);
  });
});
