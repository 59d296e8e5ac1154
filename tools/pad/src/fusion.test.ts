import { describe, expect, it } from 'vitest';
import { crossValidate, type MeasuredSequence } from './fusion.ts';
import { windows } from './sequences.ts';

const sequence = (kind: string, subject: string, noseDeviation: number): MeasuredSequence => ({
  kind,
  subject,
  cues: { noseDeviation, affineResidual: 0.01, blinkRange: 0.01 },
  still: 1,
  fused: 0.5,
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
      sequence('live', `p${i}`, 0.02 + 0.001 * i),
      sequence('print', `p${i}`, 0.004 + 0.0005 * i),
    ]).flat();
    const nose = ({ cues }: MeasuredSequence): number[] => [Math.log(cues.noseDeviation)];
    const { scores } = crossValidate(all, nose, 5, 'seed');
    all.forEach(({ kind }, i) => {
      expect(scores[i] > 0.5).toBe(kind === 'live');
    });
    expect(crossValidate(all, nose, 5, 'seed').scores).toEqual(scores);
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
