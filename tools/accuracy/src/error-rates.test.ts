import { describe, expect, it } from 'vitest';
import { binAtFalseAccept, bootstrapIntervals, errorCurves, errorFigures } from './error-rates.ts';
import type { PairScores } from './pair-scores.ts';
import { seededRandom } from './seeded-random.ts';

type Pair = readonly [first: number, second: number, bin: number];

const scoresOf = (people: number, bins: number, pairs: readonly Pair[]): PairScores => ({
  people,
  bins,
  first: Uint16Array.from(pairs, ([first]) => first),
  second: Uint16Array.from(pairs, ([, second]) => second),
  bin: Uint16Array.from(pairs, ([, , bin]) => bin),
});

// Genuine distances 0, 1, 2, 6; impostor distances 5, 7, 8, 9, 9.
const scores = scoresOf(3, 10, [
  [0, 0, 0],
  [0, 0, 1],
  [1, 1, 2],
  [2, 2, 6],
  [0, 1, 5],
  [0, 1, 7],
  [0, 2, 8],
  [1, 2, 9],
  [1, 2, 9],
]);
const options = { falseAcceptTargets: [0.3, 0.1], thresholdBin: 5 };

describe('errorCurves', () => {
  it('counts the pairs at most as far apart as each bin', () => {
    const curves = errorCurves(scores);
    expect(curves.genuinePairs).toBe(4);
    expect(curves.impostorPairs).toBe(5);
    expect([...curves.trueAccept]).toEqual([0.25, 0.5, 0.75, 0.75, 0.75, 0.75, 1, 1, 1, 1]);
    expect([...curves.falseAccept]).toEqual([0, 0, 0, 0, 0, 0.2, 0.2, 0.4, 0.6, 1]);
  });

  it('counts a person drawn twice twice as genuine and by the product as impostor', () => {
    const curves = errorCurves(scores, Uint16Array.of(2, 1, 0));
    expect(curves.genuinePairs).toBe(5);
    expect(curves.impostorPairs).toBe(4);
    expect(curves.trueAccept[1]).toBe(0.8);
  });
});

describe('errorFigures', () => {
  it('reads acceptance at the greatest distance that keeps to the target', () => {
    const figures = errorFigures(errorCurves(scores), options);
    expect(figures.trueAcceptAt).toEqual([1, 0.75]);
    expect(figures.trueAcceptAtThreshold).toBe(0.75);
    expect(figures.falseAcceptAtThreshold).toBe(0.2);
  });

  it('finds the equal error rate where the two errors differ least', () => {
    expect(errorFigures(errorCurves(scores), options).equalError).toBeCloseTo((0.2 + 0.25) / 2);
  });

  it('accepts nothing where even the nearest impostors are too many', () => {
    const close = scoresOf(2, 4, [
      [0, 0, 0],
      [0, 1, 0],
    ]);
    expect(binAtFalseAccept(errorCurves(close), 0.5)).toBe(-1);
    expect(errorFigures(errorCurves(close), { ...options, thresholdBin: 0 }).trueAcceptAt).toEqual([0, 0]);
  });
});

describe('bootstrapIntervals', () => {
  it('holds the true rate, is reproducible, and is wider for fewer people', () => {
    const random = seededRandom('people');
    const population = (people: number): PairScores => {
      const pairs: Pair[] = [];
      for (let a = 0; a < people; a++) {
        // Whether a person is hard shows in all of their pairs.
        const hard = random.below(5) === 0;
        for (let i = 0; i < 6; i++) pairs.push([a, a, hard ? 8 : 1]);
        for (let b = a + 1; b < people; b++) pairs.push([a, b, random.below(10)]);
      }
      return scoresOf(people, 10, pairs);
    };
    const widths = [30, 200].map((people) => {
      const drawn = population(people);
      const again = () => bootstrapIntervals(drawn, options, seededRandom('draws'), 200);
      const interval = again().at(-1)!;
      expect(again().at(-1)).toEqual(interval);
      expect(interval.low).toBeLessThan(0.8);
      expect(interval.high).toBeGreaterThan(0.8);
      return interval.high - interval.low;
    });
    expect(widths[0]).toBeGreaterThan(1.5 * widths[1]);
  });
});
