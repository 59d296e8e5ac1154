import { describe, expect, it } from 'vitest';
import { type HeadView, headFrame } from '../../test/reference/synthetic-head.ts';
import { headTurnDegrees } from './head-turn.ts';
import { shapeOf } from './landmark-shape.ts';
import { PITCH_PROFILE, YAW_PROFILE } from './turn-profile.ts';

const steps = [-2, -1, 0, 1, 2];
/** Standard deviation of the steps. */
const deviation = Math.sqrt(10 / 4);
const turnOf = (view: (step: number) => HeadView): number =>
  headTurnDegrees(steps.map((step) => shapeOf(headFrame(view(step)).landmarks)));

type Warp = (x: number, y: number, step: number) => readonly [number, number];
/** A flat face whose picture is changed from frame to frame; coordinates in pixels from its middle. */
const warped = (warp: Warp): number =>
  headTurnDegrees(
    steps.map((step) =>
      shapeOf(
        headFrame({ flat: true }).landmarks.map((point) => {
          const [x, y] = warp(point.x - 320, point.y - 240, step);
          return { x, y };
        }),
      ),
    ),
  );

// Covers BC-21.
describe('the turn of a head', () => {
  it('grows with yaw and with pitch, in proportion', () => {
    for (const axis of ['yaw', 'pitch'] as const) {
      const small = turnOf((step) => ({ [axis]: step }));
      const large = turnOf((step) => ({ [axis]: 3 * step }));
      expect(large / small).toBeCloseTo(3, 1);
      // The schematic head is no average one: its degrees are right by their order.
      expect(small / deviation).toBeGreaterThan(0.5);
      expect(small / deviation).toBeLessThan(2);
    }
  });

  it('is the same wherever and however large the face is in the picture', () => {
    const view = (step: number): HeadView => ({ yaw: 2 * step, pitch: step });
    const moved = turnOf((step) => ({ ...view(step), roll: 8, scale: 0.6, shift: { x: 40, y: -30 } }));
    expect(moved).toBeCloseTo(turnOf(view), 6);
  });

  it('is nothing for one face again and again, for one frame and for none', () => {
    expect(turnOf(() => ({ yaw: 5 }))).toBe(0);
    expect(headTurnDegrees([shapeOf(headFrame().landmarks)])).toBe(0);
    expect(headTurnDegrees([])).toBe(0);
  });

  it.each<[string, number, Warp]>([
    [
      'moved, turned and scaled',
      1e-6,
      (x, y, t) => [x * (1 + 0.02 * t) - 0.05 * t * y + t, y + 0.05 * t * x],
    ],
    ['stretched and sheared', 1e-6, (x, y, t) => [x * (1 + 0.03 * t) + 0.02 * t * y, y * (1 - 0.02 * t)]],
    ['bent as a sheet', 0.02, (x, y, t) => [x + 0.0002 * t * x * x, y + 0.0001 * t * x * x]],
    ['tilted in perspective', 0.05, (x, y, t) => [x / (1 + 0.0002 * t * x), y / (1 + 0.0002 * t * x)]],
  ])('is next to nothing for a picture that is %s', (_what, most, warp) => {
    expect(warped(warp)).toBeLessThan(most);
  });

  it('rests on a profile of every landmark, whose nose runs ahead of the jaw', () => {
    for (const profile of [YAW_PROFILE, PITCH_PROFILE]) {
      expect([profile.x.length, profile.y.length]).toEqual([68, 68]);
    }
    expect(Math.sign(YAW_PROFILE.x[30])).toBe(-Math.sign(YAW_PROFILE.x[0]));
    expect(Math.sign(YAW_PROFILE.x[30])).toBe(-Math.sign(YAW_PROFILE.x[16]));
    expect(Math.abs(PITCH_PROFILE.y[30])).toBeGreaterThan(Math.abs(PITCH_PROFILE.y[8]));
  });
});
