import type { ServiceMetrics } from '@openrecognize/service-kit';
import type { StockSummary } from './ports/circuit-metadata-store.ts';
import type { ObjectStore } from './ports/object-store.ts';

const EVENTS = [
  'stored',
  'reserved',
  'lease_taken_over',
  'released',
  'consumed',
  'skipped',
  'lost',
  'deleted',
  'purged',
] as const;

export type CircuitEvent = (typeof EVENTS)[number];
export type ObjectOperation = 'put' | 'get' | 'delete' | 'delete_many';

/** Counts without a label that could name a user or device. */
export interface CircuitMetrics {
  count(event: CircuitEvent, circuits?: number): void;
  payloadBytes(direction: 'stored' | 'read', bytes: number): void;
  orphansRemoved(objects: number): void;
  jobFailed(job: string): void;
  stock(summary: StockSummary): void;
  observeObjectStore(operation: ObjectOperation, outcome: 'ok' | 'failed', seconds: number): void;
}

export const createCircuitMetrics = (metrics: ServiceMetrics): CircuitMetrics => {
  const events = metrics.counter<'event'>({
    name: 'openrecognize_circuits_total',
    help: 'Circuits by what happened to them',
    labels: ['event'],
  });
  for (const event of EVENTS) events.inc({ event }, 0);
  const payload = metrics.counter<'direction'>({
    name: 'openrecognize_circuit_payload_bytes_total',
    help: 'Bytes of circuit payloads stored and read',
    labels: ['direction'],
  });
  const orphans = metrics.counter({
    name: 'openrecognize_orphan_objects_removed_total',
    help: 'Payload objects without a circuit that the sweep removed',
  });
  const jobFailures = metrics.counter<'job'>({
    name: 'openrecognize_job_failures_total',
    help: 'Runs of background jobs that failed',
    labels: ['job'],
  });
  const ready = metrics.gauge<'state'>({
    name: 'openrecognize_circuit_stock',
    help: 'Circuits that can be reserved, over all devices',
    labels: ['state'],
  });
  const devices = metrics.gauge<'stock'>({
    name: 'openrecognize_devices',
    help: 'Devices by how many ready circuits they have left',
    labels: ['stock'],
  });
  const operations = metrics.histogram<'operation' | 'outcome'>({
    name: 'openrecognize_object_store_operation_seconds',
    help: 'Duration of object store operations',
    labels: ['operation', 'outcome'],
  });
  return {
    count: (event, circuits = 1) => events.inc({ event }, circuits),
    payloadBytes: (direction, bytes) => payload.inc({ direction }, bytes),
    orphansRemoved: (objects) => orphans.inc(objects),
    jobFailed: (job) => jobFailures.inc({ job }),
    stock: ({ readyCircuits, ...classes }) => {
      ready.set({ state: 'ready' }, readyCircuits);
      for (const [stock, count] of Object.entries(classes)) devices.set({ stock }, count);
    },
    observeObjectStore: (operation, outcome, seconds) => operations.observe({ operation, outcome }, seconds),
  };
};

/** `store`, with its puts, gets and deletes timed. */
export const measuredObjectStore = (store: ObjectStore, metrics: CircuitMetrics): ObjectStore => {
  const timed = async <T>(operation: ObjectOperation, work: () => Promise<T>): Promise<T> => {
    const startMs = performance.now();
    let outcome: 'ok' | 'failed' = 'failed';
    try {
      const result = await work();
      outcome = 'ok';
      return result;
    } finally {
      metrics.observeObjectStore(operation, outcome, (performance.now() - startMs) / 1000);
    }
  };
  return {
    put: (key, content) => timed('put', () => store.put(key, content)),
    get: (key) => timed('get', () => store.get(key)),
    delete: (key) => timed('delete', () => store.delete(key)),
    deleteMany: (keys) => timed('delete_many', () => store.deleteMany(keys)),
    list: (prefix) => store.list(prefix),
    removeAbandonedPuts: (olderThanMs) => store.removeAbandonedPuts(olderThanMs),
    probe: () => store.probe(),
  };
};
