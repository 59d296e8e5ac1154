import { objectKeyOf, type PayloadRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { forEachLimited } from '../for-each-limited.ts';

export interface SweepOptions {
  /** A finished circuit keeps its payload at least this long: it may be under evaluation. */
  readonly payloadGraceMs: number;
  /** The row of a finished circuit stays at least this long: longer than any upload ticket or signed request lives. */
  readonly tombstoneMs: number;
  /** Rows per statement; 500 by default. */
  readonly batchSize?: number;
}

const DEFAULT_BATCH_SIZE = 500;
const DELETIONS_AT_A_TIME = 8;

const deletePayloads = async (
  { circuits, objects }: CircuitStorageDependencies,
  payloads: readonly PayloadRef[],
  log: EventLog,
): Promise<boolean> => {
  const deleted: PayloadRef[] = [];
  let failure: unknown;
  await forEachLimited(payloads, DELETIONS_AT_A_TIME, async (payload) => {
    try {
      await objects.delete(objectKeyOf(payload));
      deleted.push(payload);
    } catch (error) {
      failure ??= error;
    }
  });
  await circuits.markPayloadsDeleted(deleted);
  if (failure !== undefined) {
    const left = payloads.length - deleted.length;
    log.error({ err: failure, left }, 'Error while deleting some circuits');
  }
  return failure === undefined;
};

/** Deletes payloads of finished circuits after their grace, then tombstones after theirs. */
export const sweepFinishedCircuits = async (
  dependencies: CircuitStorageDependencies,
  options: SweepOptions,
  log: EventLog,
): Promise<void> => {
  const { circuits, metrics, now } = dependencies;
  const batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE;
  const nowMs = now();
  for (;;) {
    const payloads = await circuits.finishedPayloads(nowMs - options.payloadGraceMs, batchSize);
    // What the object store refuses now comes first again next time.
    if (!(await deletePayloads(dependencies, payloads, log)) || payloads.length < batchSize) break;
  }
  for (;;) {
    const purged = await circuits.purge(nowMs - options.tombstoneMs, batchSize);
    metrics.count('purged', purged.circuits);
    if (Math.max(purged.circuits, purged.devices, purged.nonces) < batchSize) break;
  }
};
