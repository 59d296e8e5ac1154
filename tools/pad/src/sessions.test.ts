import type { FaceFrame } from '@openrecognize/biometrics';
import { MIN_SCORE_FRAMES } from '@openrecognize/biometrics';
import { describe, expect, it } from 'vitest';
import type { Observation } from './observe.ts';
import { acceptedAt, sessionFigures } from './sessions.ts';

/** Eyes, a mouth and a nose that runs ahead of them by some pixels, before a wall that flickers. */
const observation = (ahead: number, moment: number, livenessScore = 0.999): Observation => {
  const landmarks = Array.from({ length: 68 }, (_, i) => {
    const base = { x: 200 + 90 * Math.cos(i), y: 150 + 60 * Math.sin(2.3 * i) };
    if (i >= 36 && i <= 41) return { x: 170 + 3 * Math.cos(i), y: 120 + 2 * Math.sin(i) };
    if (i >= 42 && i <= 47) return { x: 230 + 3 * Math.cos(i), y: 120 + 2 * Math.sin(i) };
    return i >= 27 && i <= 35 ? { x: base.x + ahead, y: base.y } : base;
  });
  const frame: Partial<FaceFrame> = {
    width: 400,
    height: 300,
    faceBox: { x: 140, y: 80, width: 120, height: 120 },
    landmarks,
    colourGrid: Float32Array.from({ length: 576 }, (_, i) => 100 + ((i + moment) % 5)),
  };
  return { frame: frame as FaceFrame, livenessScore, pose: undefined };
};
const session = (ahead: (moment: number) => number, livenessScore?: number): Observation[] =>
  Array.from({ length: 12 }, (_, moment) => observation(ahead(moment), moment, livenessScore));
const turning = (moment: number): number => 24 * Math.sin(moment);

describe('a session, decided after each frame', () => {
  it('is accepted with the first frame that could be enough', () => {
    expect(acceptedAt({ frames: session(turning) })).toBe(MIN_SCORE_FRAMES);
  });

  it('is accepted later where the head turns later', () => {
    const end = acceptedAt({ frames: session((moment) => (moment < 6 ? 0 : turning(moment))) });
    expect(end).toBeGreaterThan(6);
  });

  it('is never accepted without a turn, and as a print', () => {
    expect(acceptedAt({ frames: session(() => 0) })).toBeUndefined();
    expect(acceptedAt({ frames: session(turning, 0.001) })).toBeUndefined();
  });

  it('is counted within the limits, by kind', () => {
    const figures = sessionFigures([
      { kind: 'live', subject: 'a', frames: session(turning) },
      { kind: 'live', subject: 'a', frames: session(() => 0) },
      { kind: 'print', subject: 'b', frames: session(turning, 0.001) },
    ]);
    expect(figures.map(({ kind, subjects }) => [kind, subjects])).toEqual([
      ['live', 1],
      ['print', 1],
    ]);
    expect(figures[0].accepted.map(({ errors, trials }) => [errors, trials])).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(figures[1].accepted.every(({ errors }) => errors === 0)).toBe(true);
  });
});
