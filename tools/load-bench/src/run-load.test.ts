import { expect, it } from 'vitest';
import { runLoad } from './run-load.ts';

const sample = { deviceAuthMs: 1, userAuthMs: 2, sendCircuitMs: 3, totalMs: 6 };

it('runs every authentication of every user, never more than the concurrency at once', async () => {
  let inFlight = 0;
  let most = 0;
  const calls = [0, 0, 0, 0, 0];
  const users = calls.map((_, i) => async () => {
    calls[i]!++;
    most = Math.max(most, ++inFlight);
    await new Promise((resolve) => setTimeout(resolve, 1));
    inFlight--;
    return i === 4 ? ({ ok: false, code: 'LOCKED_OUT' } as const) : ({ ok: true, sample } as const);
  });
  const progress: number[] = [];
  const result = await runLoad({ users: 5, authsPerUser: 3, concurrency: 2 }, users, (n) => progress.push(n));
  expect(calls).toEqual([3, 3, 3, 3, 3]);
  expect(most).toBe(2);
  expect(result.samples).toHaveLength(12);
  expect([...result.failures]).toEqual([['LOCKED_OUT', 3]]);
  expect(progress.at(-1)).toBe(15);
});
