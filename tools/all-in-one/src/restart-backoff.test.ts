import { describe, expect, it } from 'vitest';
import { createRestartBackoff } from './restart-backoff.ts';

describe('createRestartBackoff', () => {
  it('doubles up to ten seconds', () => {
    const backoff = createRestartBackoff();
    const delays = Array.from({ length: 8 }, () => backoff.nextDelayMs(100));
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('starts over after a steady run', () => {
    const backoff = createRestartBackoff();
    backoff.nextDelayMs(0);
    backoff.nextDelayMs(0);
    expect(backoff.nextDelayMs(30_000)).toBe(250);
    expect(backoff.nextDelayMs(29_999)).toBe(500);
  });
});
