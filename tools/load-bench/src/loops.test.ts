import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCircuitLedger } from './circuit-ledger.ts';
import { runClosedLoop } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import type { AuthenticationOutcome, SimulatedUser } from './simulated-user.ts';
import { createStrangerMix } from './stranger-mix.ts';

const matched = (totalMs: number): AuthenticationOutcome => ({
  kind: 'matched',
  sample: { deviceAuthMs: 1, userAuthMs: 2, sendCircuitMs: 3, totalMs },
});
const userOf = (authenticate: SimulatedUser['authenticate']): SimulatedUser => ({
  authenticate,
  ledger: createCircuitLedger(0),
});
const owners = createStrangerMix(0);

describe('a closed loop', () => {
  it('runs every authentication of every user, never more than the concurrency at once', async () => {
    let inFlight = 0;
    let most = 0;
    const calls = [0, 0, 0, 0, 0];
    const users = calls.map((_, i) =>
      userOf(async () => {
        calls[i]!++;
        most = Math.max(most, ++inFlight);
        await delay(1);
        inFlight--;
        return i === 4 ? { kind: 'failed', code: 'LOCKED_OUT' } : matched(6);
      }),
    );
    const progress: number[] = [];
    const result = await runClosedLoop({ authsPerUser: 3, concurrency: 2 }, users, owners, (n) =>
      progress.push(n),
    );
    expect(calls).toEqual([3, 3, 3, 3, 3]);
    expect(most).toBe(2);
    expect(result.samples).toHaveLength(12);
    expect([...result.failures]).toEqual([['LOCKED_OUT', 3]]);
    expect(progress.at(-1)).toBe(15);
  });
});

describe('an open loop', () => {
  it('counts the wait of those that were due while a slow one ran', async () => {
    let isFirst = true;
    const user = userOf(async () => {
      if (isFirst) await delay(300);
      isFirst = false;
      return matched(0);
    });
    const { samples } = await runOpenLoop(
      { ratePerSecond: 50, durationSeconds: 0.2 },
      [user],
      owners,
      () => {},
    );
    expect(samples).toHaveLength(10);
    // Due at 20 ms, begun at 300 ms.
    expect(samples[1]!.totalMs).toBeGreaterThan(200);
    expect(samples[1]!.totalMs).toBeGreaterThan(samples[9]!.totalMs);
  });

  it('never gives one user two authentications at once', async () => {
    let isBusy = false;
    const user = userOf(async () => {
      expect(isBusy).toBe(false);
      isBusy = true;
      await delay(5);
      isBusy = false;
      return matched(5);
    });
    await runOpenLoop({ ratePerSecond: 500, durationSeconds: 0.02 }, [user], owners, () => {});
  });
});

describe('a mix with strangers', () => {
  it('has their share, and never two in a row for one user', () => {
    const mix = createStrangerMix(0.2);
    const users = Array.from({ length: 10 }, () => ({}));
    let strangers = 0;
    const last = new Map<object, string>();
    for (let i = 0; i < 1_000; i++) {
      const user = users[i % 10]!;
      const as = mix.next(user);
      if (as === 'stranger') {
        strangers++;
        expect(last.get(user)).not.toBe('stranger');
      }
      last.set(user, as);
    }
    expect(Math.abs(strangers - 200)).toBeLessThan(20);
  });
});

describe('the ledger of circuits', () => {
  it('counts what was used, and tells of an index that came back and a stock that does not add up', () => {
    const ledger = createCircuitLedger(5);
    ledger.recordIndex(6);
    ledger.recordRefill({ stockBefore: 24, uploaded: 1, stockAfter: 25 });
    expect(ledger.usedCount).toBe(1);
    expect(ledger.violations.size).toBe(0);
    ledger.recordIndex(5);
    ledger.recordRefill({ stockBefore: 24, uploaded: 1, stockAfter: 24 });
    expect([...ledger.violations.keys()]).toEqual(['INDEX_WENT_BACK', 'STOCK_DOES_NOT_ADD_UP']);
  });
});
