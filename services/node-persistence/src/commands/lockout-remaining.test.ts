import { expect, it } from 'vitest';
import { lockoutRemainingSeconds } from './lockout-remaining.ts';

it('rounds up, so that waiting that long is enough', () => {
  expect(lockoutRemainingSeconds(10_001, 9000)).toBe(2);
  expect(lockoutRemainingSeconds(10_000, 9000)).toBe(1);
  expect(lockoutRemainingSeconds(10_000, 9999)).toBe(1);
});

it('is 0 without a suspension and behind its end', () => {
  expect(lockoutRemainingSeconds(0, 9000)).toBe(0);
  expect(lockoutRemainingSeconds(9000, 9000)).toBe(0);
  expect(lockoutRemainingSeconds(8000, 9000)).toBe(0);
});
