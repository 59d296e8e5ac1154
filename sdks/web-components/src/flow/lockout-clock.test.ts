import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LockoutClock, lockoutSeconds } from './lockout-clock.ts';

const nowMs = Date.UTC(2030, 0, 15, 9, 20);
const lockedFor = (ms: number, code = 'SERVER_USER_LOCKED_OUT') => ({
  code,
  filters: [],
  lockoutExpiresAt: new Date(nowMs + ms),
});

describe('lockoutSeconds', () => {
  it('counts begun seconds, down to nothing', () => {
    expect(lockoutSeconds(lockedFor(600_000), nowMs)).toBe(600);
    expect(lockoutSeconds(lockedFor(1), nowMs)).toBe(1);
    expect(lockoutSeconds(lockedFor(0), nowMs)).toBe(0);
    expect(lockoutSeconds(lockedFor(-5_000), nowMs)).toBe(0);
    expect(lockoutSeconds(lockedFor(5_000, 'USER_LOCKED_OUT'), nowMs)).toBe(5);
  });

  it('knows nothing of other failures, nor of a lockout without an end', () => {
    expect(lockoutSeconds(lockedFor(5_000, 'SERVER_TIMEOUT'), nowMs)).toBeUndefined();
    expect(lockoutSeconds({ ...lockedFor(1), lockoutExpiresAt: undefined }, nowMs)).toBeUndefined();
    expect(lockoutSeconds(lockedFor(Number.NaN), nowMs)).toBeUndefined();
    expect(lockoutSeconds(undefined, nowMs)).toBeUndefined();
  });
});

describe('LockoutClock', () => {
  beforeEach(() => vi.useFakeTimers({ now: nowMs }));
  afterEach(() => vi.useRealTimers());

  /** What a face of the clock shows, one entry for each paint. */
  const faceOf = (failure: ReturnType<typeof lockedFor>) => {
    const shown: (number | undefined)[] = [];
    const paint = (): void => {
      shown.push(lockoutSeconds(failure, Date.now()));
      clock.watch(failure);
    };
    const clock = new LockoutClock(paint);
    paint();
    return { clock, shown };
  };

  it('ticks when a second is over, and no more once the lockout is', () => {
    const { shown } = faceOf(lockedFor(2_300));
    vi.advanceTimersByTime(60_000);
    expect(shown).toEqual([3, 2, 1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops when nobody looks any more', () => {
    const { clock, shown } = faceOf(lockedFor(60_000));
    clock.stop();
    vi.advanceTimersByTime(60_000);
    expect(shown).toEqual([60]);
  });
});
