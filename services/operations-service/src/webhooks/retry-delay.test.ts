import { expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

const schedule = { baseMs: 1_000, maxMs: 10_000, maxAttempts: 12 };

it('doubles up to the longest pause and spreads over the upper half', () => {
  expect([1, 2, 3, 4, 5, 50].map((attempt) => retryDelayMs(schedule, attempt, 0))).toEqual([
    500, 1_000, 2_000, 4_000, 5_000, 5_000,
  ]);
  expect(retryDelayMs(schedule, 1, 0.999_999)).toBe(1_000);
  expect(retryDelayMs(schedule, 2, 0.5)).toBe(1_500);
});
