import { describe, expect, it } from 'vitest';
import { crossValidate, type MeasuredSequence, turnFeatures } from './fusion.ts';
import { played, SESSION_FRAMES, windows } from './sequences.ts';

const sequence = (kind: string, subject: string, turnDegrees: number): MeasuredSequence => ({
  kind,
  subject,
  turnDegrees,
  still: 1,
  filters: [],
});

describe('cross-validation', () => {
  it('tests no person with a model that has seen this person', () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = people.flatMap((person) => [sequence('live', person, 1), sequence('print', person, 1)]);
    // A feature that gives each person away but tells nothing about others: any leak would show as skill.
    const seen: string[][] = [];
    const features = ({ subject, kind }: MeasuredSequence): number[] => {
      seen.push([subject, kind]);
      return people.map((person) => (person === subject ? (kind === 'live' ? 1 : -1) : 0));
    };
    const { scores, folds } = crossValidate(all, features, 3, 'seed');
    expect(folds).toBe(3);
    for (const score of scores) expect(score).toBeCloseTo(0.5, 6);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('finds a cue that tells live from attacks, and does so again with the same seed', () => {
    const all = Array.from({ length: 10 }, (_, i) => [
      sequence('live', `p${i}`, 2 + 0.1 * i),
      sequence('print', `p${i}`, 0.4 + 0.05 * i),
    ]).flat();
    const { scores } = crossValidate(all, turnFeatures, 5, 'seed');
    all.forEach(({ kind }, i) => {
      expect(scores[i] > 0.5).toBe(kind === 'live');
    });
    expect(crossValidate(all, turnFeatures, 5, 'seed').scores).toEqual(scores);
  });
});

describe('windows', () => {
  it('lie side by side, and a short rest is dropped', () => {
    const lengths = (count: number): number[] =>
      windows(Array.from({ length: count })).map((part) => part.length);
    expect(lengths(12)).toEqual([6, 6]);
    expect(lengths(9)).toEqual([6, 3]);
    expect(lengths(8)).toEqual([6]);
    expect(lengths(2)).toEqual([]);
  });
});

describe('played recordings', () => {
  it('go forth and back from several places on, as long as a session', () => {
    const sessions = played([0, 1, 2, 3]);
    expect(sessions).toHaveLength(6);
    expect(sessions[0].slice(0, 8)).toEqual([0, 1, 2, 3, 2, 1, 0, 1]);
    expect(sessions[1].slice(0, 3)).toEqual([1, 2, 3]);
    expect(sessions.every((frames) => frames.length === SESSION_FRAMES)).toBe(true);
    expect(played([0, 1, 2])).toEqual([]);
  });
});
