import { describe, expect, it } from 'vitest';
import { percentile, summarize } from './statistics.ts';

describe('statistics', () => {
  it('summarises a known sample', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({
      numEntries: 4,
      average: 2.5,
      median: 2.5,
      stDev: Math.sqrt(5 / 3),
      min: 1,
      max: 4,
      p95: 3.8499999999999996,
      p99: 3.9699999999999998,
    });
  });

  it('interpolates percentiles between ranks and hits the ends', () => {
    expect(percentile([10, 20, 30], 0)).toBe(10);
    expect(percentile([10, 20, 30], 1)).toBe(30);
    expect(percentile([10, 20, 30], 0.25)).toBe(15);
  });

  it('has no spread for one sample and no summary for none', () => {
    expect(summarize([7])).toMatchObject({ stDev: 0, p99: 7 });
    expect(() => summarize([])).toThrow(RangeError);
  });
});
