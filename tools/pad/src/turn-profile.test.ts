import type { FaceFrame } from '@openrecognize/biometrics';
import { describe, expect, it } from 'vitest';
import type { Observation } from './observe.ts';
import { learnTurnProfile, turnProfileText } from './turn-profile.ts';

/** Eyes that stay, other points that move by their number with yaw and against it with pitch. */
const observation = (offset: number, yawDegrees: number, pitchDegrees: number): Observation => {
  const eye = (i: number): number => (i >= 36 && i <= 41 ? -50 : 50);
  const landmarks = Array.from({ length: 68 }, (_, i) =>
    i >= 36 && i <= 47
      ? { x: 200 + eye(i), y: 100 }
      : { x: 200 + offset + (i * yawDegrees) / 100, y: 150 + offset - (i * pitchDegrees) / 100 },
  );
  return {
    frame: { landmarks } as Partial<FaceFrame> as FaceFrame,
    livenessScore: 1,
    pose: { yawDegrees, pitchDegrees, rollDegrees: 0 },
  };
};

const people = [0, 5, -7].map((offset) => [
  observation(offset, offset, 2),
  observation(offset, offset + 4, 1),
  observation(offset, offset - 3, -6),
]);

describe('the turn profile', () => {
  it('is what a degree does to each landmark, whatever face and pose people have', () => {
    const { yaw, pitch, photos, people: count } = learnTurnProfile([...people, [observation(3, 9, 9)]]);
    expect([photos, count]).toEqual([9, 3]);
    // A hundredth of a pixel for each number, of eyes 100 pixels apart, in hundred-thousandths.
    expect(yaw.x[20]).toBeCloseTo(20 * 10, 6);
    expect(yaw.y[20]).toBeCloseTo(0, 6);
    expect(pitch.y[67]).toBeCloseTo(-67 * 10, 6);
    expect(pitch.x[67]).toBeCloseTo(0, 6);
  });

  it('is written as the table of the package', () => {
    const text = turnProfileText(learnTurnProfile(people));
    for (const name of ['TURN_PROFILE_UNIT', 'YAW_PROFILE', 'PITCH_PROFILE'])
      expect(text).toContain(`export const ${name}`);
  });
});
