import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { deletePayloads } from './delete-payloads.ts';

export interface SweepOptions {
  /** The row of a finished circuit stays at least this long: longer than any upload ticket or signed request lives. */
  readonly tombstoneMs: number;
  /** Rows per statement; 500 by default. */
  readonly batchSize?: number;
}

const DEFAULT_BATCH_SIZE = 500;
/** Deletes the payloads of finished circuits that are still there, then tombstones after their time. */
export const sweepFinishedCircuits = async (
  dependencies: CircuitStorageDependencies,
  options: SweepOptions,
  log: EventLog,
): Promise<void> => {
  const { circuits, metrics, now } = dependencies;
  const batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE;
  const nowMs = now();
  for (;;) {
    const payloads = await circuits.finishedPayloads(nowMs, batchSize);
    // What the object store refuses now comes first again next time.
    if (!(await deletePayloads(dependencies, payloads, log)) || payloads.length < batchSize) break;
  }
  for (;;) {
    const purged = await circuits.purge(nowMs - options.tombstoneMs, batchSize);
    metrics.count('purged', purged.circuits);
    if (Math.max(purged.circuits, purged.devices, purged.nonces) < batchSize) break;
  }
};
