import { describe, expect, it } from 'vitest';
import { BreakerOpenError, createCircuitBreaker } from './circuit-breaker.ts';

const create = () => {
  const clock = { nowMs: 0 };
  const breaker = createCircuitBreaker({ failureThreshold: 2, cooldownMs: 100, now: () => clock.nowMs });
  const fail = () => breaker.run(() => Promise.reject(new Error('away')));
  return { breaker, clock, fail };
};

describe('a breaker', () => {
  it('opens after failures in a row, not after failures with a success between them', async () => {
    const { breaker, fail } = create();
    await expect(fail()).rejects.toThrow('away');
    await breaker.run(async () => 'fine');
    await expect(fail()).rejects.toThrow('away');
    expect(breaker.isOpen).toBe(false);
    await expect(fail()).rejects.toThrow('away');
    expect(breaker.isOpen).toBe(true);
    await expect(fail()).rejects.toThrow(BreakerOpenError);
  });

  it('lets one call try after the wait, and closes when that one succeeds', async () => {
    const { breaker, clock, fail } = create();
    await Promise.allSettled([fail(), fail()]);
    clock.nowMs = 99;
    expect(breaker.mayTry).toBe(false);
    clock.nowMs = 100;
    expect(breaker.mayTry).toBe(true);
    let answer = (_: string): void => {};
    const trial = breaker.run(() => new Promise<string>((resolve) => (answer = resolve)));
    await expect(breaker.run(async () => 'second')).rejects.toThrow(BreakerOpenError);
    answer('first');
    expect(await trial).toBe('first');
    expect(breaker.isOpen).toBe(false);
    expect(await breaker.run(async () => 'third')).toBe('third');
  });

  it('waits anew after a trial that fails', async () => {
    const { breaker, clock, fail } = create();
    await Promise.allSettled([fail(), fail()]);
    clock.nowMs = 100;
    await expect(fail()).rejects.toThrow('away');
    expect(breaker.mayTry).toBe(false);
    clock.nowMs = 200;
    expect(breaker.mayTry).toBe(true);
  });
});
