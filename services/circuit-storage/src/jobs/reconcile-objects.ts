import {
  circuitIdOf,
  objectKeyOf,
  objectKeyPrefixOf,
  type PayloadRef,
  parseObjectKey,
} from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { logRefusedDeletions } from './log-refused-deletions.ts';

export interface ReconcileOptions {
  /** An object without a row is left alone this long: its upload may be under way. */
  readonly orphanGraceMs: number;
  /** Objects looked up per statement; 500 by default. */
  readonly batchSize?: number;
}

export interface ReconcileCounts {
  readonly orphansRemoved: number;
  readonly circuitsLost: number;
}

const DEFAULT_BATCH_SIZE = 500;
const DEVICES_PER_PAGE = 100;

const removeOrphans = async (
  { circuits, objects, now }: CircuitStorageDependencies,
  options: ReconcileOptions,
  log: EventLog,
): Promise<number> => {
  const batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE;
  const olderThanMs = now() - options.orphanGraceMs;
  let removed = await objects.removeAbandonedPuts(olderThanMs);
  let batch: PayloadRef[] = [];
  const flush = async (): Promise<void> => {
    const orphans = await circuits.withoutRow(batch);
    const refused = await objects.deleteMany(orphans.map(objectKeyOf));
    logRefusedDeletions(log, refused);
    removed += orphans.length - refused.length;
    batch = [];
  };
  for await (const { key, modifiedAtMs } of objects.list('')) {
    // A key of another make is none of ours to delete.
    const payload = modifiedAtMs < olderThanMs ? parseObjectKey(key) : undefined;
    if (payload) batch.push(payload);
    if (batch.length === batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  return removed;
};

const markLostCircuits = async (
  { circuits, objects, now }: CircuitStorageDependencies,
  log: EventLog,
): Promise<number> => {
  let lost = 0;
  let cursor: string | undefined;
  do {
    const page = await circuits.livePage(cursor, DEVICES_PER_PAGE);
    for (const { device, circuits: live } of page.devices) {
      const keys = new Set<string>();
      for await (const { key } of objects.list(objectKeyPrefixOf(device))) keys.add(key);
      const missing = live.filter((circuit) => !keys.has(objectKeyOf(circuit)));
      // Circuits that were finished since the page was read are no longer live and stay as they are.
      const marked = missing.length > 0 ? await circuits.markLost(missing, now()) : 0;
      if (marked > 0) {
        const firstCircuitId = circuitIdOf(missing[0]!);
        log.error({ firstCircuitId, circuits: marked }, 'payloads of ready circuits are missing');
      }
      lost += marked;
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return lost;
};

/** Brings rows and objects together again: removes objects without a row, gives up circuits without an object. */
export const reconcileObjects = async (
  dependencies: CircuitStorageDependencies,
  options: ReconcileOptions,
  log: EventLog,
): Promise<ReconcileCounts> => {
  const orphansRemoved = await removeOrphans(dependencies, options, log);
  dependencies.metrics.orphansRemoved(orphansRemoved);
  const circuitsLost = await markLostCircuits(dependencies, log);
  dependencies.metrics.count('lost', circuitsLost);
  return { orphansRemoved, circuitsLost };
};
