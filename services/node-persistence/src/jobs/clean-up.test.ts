import { expect, it } from 'vitest';
import type { MaintenanceStore } from '../ports/maintenance-store.ts';
import { cleanUp } from './clean-up.ts';

const times = {
  attemptRetentionMs: 10,
  authenticationRetentionMs: 20,
  takenTokenRetentionMs: 30,
  enrollmentGraceMs: 40,
};

it('asks for full batches until one is not full, each kind by its own retention', async () => {
  const asked: [string, number][] = [];
  let attemptRows = 1200;
  const nothing = (name: string) => async (byMs: number) => {
    asked.push([name, byMs]);
    return 0;
  };
  const store: MaintenanceStore = {
    purgeExpiredEnrollments: nothing('expired'),
    purgeCommittedEnrollments: nothing('committed'),
    purgeTakenTokens: nothing('taken'),
    purgeUsedTokens: nothing('used'),
    purgeAuthentications: nothing('history'),
    async purgeAttempts(byMs, limit) {
      asked.push(['attempts', byMs]);
      const rows = Math.min(limit, attemptRows);
      attemptRows -= rows;
      return rows;
    },
  };
  expect(await cleanUp(store, times, 1000)).toEqual({
    expiredEnrollments: 0,
    committedEnrollments: 0,
    takenTokens: 0,
    attempts: 1200,
    usedTokens: 0,
    authentications: 0,
  });
  expect(asked).toEqual([
    ['expired', 960],
    ['committed', 980],
    ['taken', 970],
    ['attempts', 990],
    ['attempts', 990],
    ['attempts', 990],
    ['used', 1000],
    ['history', 980],
  ]);
});

it('ends between two batches when told to', async () => {
  const stopping = new AbortController();
  let batches = 0;
  const endless = async (): Promise<number> => {
    if (++batches === 2) stopping.abort();
    return 500;
  };
  const store: MaintenanceStore = {
    purgeExpiredEnrollments: endless,
    purgeCommittedEnrollments: endless,
    purgeTakenTokens: endless,
    purgeAttempts: endless,
    purgeUsedTokens: endless,
    purgeAuthentications: endless,
  };
  expect((await cleanUp(store, times, 1000, stopping.signal)).expiredEnrollments).toBe(1000);
  expect(batches).toBe(2);
});
