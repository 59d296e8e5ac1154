import { describe, expect, it } from 'vitest';
import { binomialAtMost, rateOf } from './intervals.ts';

describe('the interval of a rate', () => {
  // Exact bounds as tabulated (Clopper and Pearson 1934; R binom.test).
  it.each([
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
    [2, 80, 0.003, 0.0874],
  ])('of %i errors in %i trials is exact', (errors, trials, low, high) => {
    const rate = rateOf(errors, trials);
    expect(rate.share).toBeCloseTo(errors / trials, 12);
    expect(rate.low).toBeCloseTo(low, 3);
    expect(rate.high).toBeCloseTo(high, 3);
  });

  it('stands on a binomial distribution that sums up', () => {
    expect(binomialAtMost(2, 4, 0.5)).toBeCloseTo(11 / 16, 12);
    expect(binomialAtMost(0, 3000, 0.001)).toBeCloseTo(0.999 ** 3000, 12);
    expect(binomialAtMost(3, 3, 0.9)).toBe(1);
  });
});
