import type { MaintenanceStore } from '../ports/maintenance-store.ts';

/** How long rows outlive their use, in milliseconds. */
export interface RetentionTimes {
  readonly attemptRetentionMs: number;
  readonly authenticationRetentionMs: number;
  readonly takenTokenRetentionMs: number;
  readonly enrollmentGraceMs: number;
}

export interface CleanUpReport {
  readonly expiredEnrollments: number;
  readonly committedEnrollments: number;
  readonly takenTokens: number;
  readonly attempts: number;
  readonly usedTokens: number;
  readonly authentications: number;
}

/** Rows per statement: few enough to hold locks for milliseconds only. */
const BATCH_ROWS = 500;

const untilDone = async (
  removeBatch: (limit: number) => Promise<number>,
  signal: AbortSignal,
): Promise<number> => {
  let removed = 0;
  while (!signal.aborted) {
    const batch = await removeBatch(BATCH_ROWS);
    removed += batch;
    if (batch < BATCH_ROWS) break;
  }
  return removed;
};

/** One run of the clean-up: removes what has outlived its use. Replicas may run it at the same time. */
export const cleanUp = async (
  store: MaintenanceStore,
  times: RetentionTimes,
  nowMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<CleanUpReport> => ({
  expiredEnrollments: await untilDone(
    (limit) => store.purgeExpiredEnrollments(nowMs - times.enrollmentGraceMs, nowMs, limit),
    signal,
  ),
  committedEnrollments: await untilDone(
    (limit) => store.purgeCommittedEnrollments(nowMs - times.authenticationRetentionMs, limit),
    signal,
  ),
  takenTokens: await untilDone(
    (limit) => store.purgeTakenTokens(nowMs - times.takenTokenRetentionMs, limit),
    signal,
  ),
  attempts: await untilDone((limit) => store.purgeAttempts(nowMs - times.attemptRetentionMs, limit), signal),
  usedTokens: await untilDone((limit) => store.purgeUsedTokens(nowMs, limit), signal),
  authentications: await untilDone(
    (limit) => store.purgeAuthentications(nowMs - times.authenticationRetentionMs, limit),
    signal,
  ),
});
