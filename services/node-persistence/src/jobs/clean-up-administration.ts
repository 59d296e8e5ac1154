import { signInLimits } from '../commands/administration/sign-in-operator.ts';
import type { AdministrationMaintenanceStore } from '../ports/administration-store.ts';

/** How long rows of the administration outlive their use where a tenant has not set it, in milliseconds. */
export interface AdministrationRetentionTimes {
  readonly auditMs: number;
  readonly webhookMs: number;
}

const BATCH_ROWS = 500;

/** One run: removes what has outlived its use, in batches. Replicas may run it at the same time. */
export const cleanUpAdministration = async (
  store: AdministrationMaintenanceStore,
  times: AdministrationRetentionTimes,
  nowMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> => {
  const retention = { ...times, signInMs: signInLimits.windowMs };
  while (!signal.aborted && (await store.purgeAdministration(retention, nowMs, BATCH_ROWS)) >= BATCH_ROWS);
};
