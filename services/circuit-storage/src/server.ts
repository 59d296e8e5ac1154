import { randomBytes } from 'node:crypto';
import {
  collectDeadBuffers,
  createService,
  type Service,
  type ServiceOptions,
  serviceKeyGuard,
} from '@openrecognize/service-kit';
import { openDatabase, plannedOnce } from '@openrecognize/service-kit/postgres';
import { circuitBatchBytes, maxBatchCircuits, maxBatchPayloadBytes } from '@openrecognize/zkb/messages';
import type { FastifyInstance } from 'fastify';
import { createPostgresCircuitMetadataStore } from './adapters/postgres/postgres-circuit-metadata-store.ts';
import { createCircuitMetrics, measuredObjectStore } from './circuit-metrics.ts';
import type { CircuitStorageConfig } from './config.ts';
import type { CircuitStorageDependencies } from './dependencies.ts';
import { startBackgroundJobs } from './jobs/background-job.ts';
import { measureStock } from './jobs/measure-stock.ts';
import { reconcileObjects } from './jobs/reconcile-objects.ts';
import { sweepFinishedCircuits } from './jobs/sweep-finished-circuits.ts';
import { collectUsedPayloads } from './jobs/used-payloads.ts';
import { openObjectStore } from './open-object-store.ts';
import { createPayloadLookAhead } from './payload-look-ahead.ts';
import type { CircuitMetadataStore } from './ports/circuit-metadata-store.ts';
import type { ObjectStore } from './ports/object-store.ts';
import { circuitStockRoute } from './routes/circuit-stock.ts';
import { consumeCircuitRoute } from './routes/consume-circuit.ts';
import { deleteDeviceCircuitsRoute } from './routes/delete-device-circuits.ts';
import { releaseReservationRoute } from './routes/release-reservation.ts';
import { reserveCircuitRoute } from './routes/reserve-circuit.ts';
import { storeCircuitsRoute } from './routes/store-circuits.ts';

export const SERVICE_NAME = 'circuit-storage';
export const SERVICE_DESCRIPTION = 'Garbled circuits, each used once: metadata and payloads';

/** Largest request: a full batch of the largest payloads. */
export const BODY_LIMIT_BYTES = circuitBatchBytes(maxBatchCircuits, maxBatchPayloadBytes, false);

const MEBIBYTE = 1024 * 1024;

/** Parts to use in place of those the configuration names. */
export interface CircuitStorageParts {
  readonly circuits?: CircuitMetadataStore;
  readonly objects?: ObjectStore;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly randomBytes?: (length: number) => Uint8Array;
}

const routes = [
  storeCircuitsRoute,
  circuitStockRoute,
  reserveCircuitRoute,
  consumeCircuitRoute,
  releaseReservationRoute,
  deleteDeviceCircuitsRoute,
] as const;

const openCircuits = async (
  service: Service,
  config: CircuitStorageConfig,
): Promise<CircuitMetadataStore> => {
  const database = await openDatabase({
    url: config.databaseUrl,
    sessionSettings: plannedOnce,
    schema: 'circuit_storage',
    applicationName: SERVICE_NAME,
    log: service.log,
    metrics: service.metrics,
    migrationsFolder: new URL('../migrations/', import.meta.url),
    maxConnections: config.databaseMaxConnections,
    statementTimeoutMs: config.databaseStatementTimeoutMs,
    connectionTimeoutMs: config.databaseConnectionTimeoutMs,
    startTimeoutMs: config.databaseStartTimeoutMs,
  });
  service.onClose('database', () => database.close());
  return createPostgresCircuitMetadataStore(database);
};

const startJobs = (
  service: Service,
  config: CircuitStorageConfig,
  dependencies: CircuitStorageDependencies,
): void => {
  const { log } = service;
  const jobs = startBackgroundJobs(
    [
      {
        name: 'sweep',
        intervalMs: config.sweepIntervalSeconds * 1000,
        run: () => sweepFinishedCircuits(dependencies, { tombstoneMs: config.tombstoneSeconds * 1000 }, log),
      },
      {
        name: 'stock',
        intervalMs: config.stockIntervalSeconds * 1000,
        run: () => measureStock(dependencies, config.lowStockCircuits),
      },
      {
        name: 'reconcile',
        intervalMs: config.reconcileIntervalSeconds * 1000,
        run: async () => {
          const orphanGraceMs = config.orphanGraceSeconds * 1000;
          log.info(
            await reconcileObjects(dependencies, { orphanGraceMs }, log),
            'payloads compared with circuits',
          );
        },
      },
    ],
    dependencies,
    log,
  );
  service.onClose('jobs', () => jobs.stop());
};

/**
 * Opens what the configuration names, adds the routes and starts the background jobs.
 *
 * @throws RecognizeError CONFIG_INVALID (see `openObjectStore`), STORAGE_UNAVAILABLE if the database cannot be reached
 */
export const buildCircuitStorage = async (
  service: Service,
  config: CircuitStorageConfig,
  parts: CircuitStorageParts = {},
): Promise<CircuitStorageDependencies> => {
  collectDeadBuffers(service);
  const metrics = createCircuitMetrics(service.metrics);
  const now = parts.now ?? Date.now;
  const objects = await openObjectStore(service, config, now, parts.objects);
  const circuits = parts.circuits ?? (await openCircuits(service, config));
  const measured = measuredObjectStore(objects, metrics);
  const dependencies: CircuitStorageDependencies = {
    circuits,
    objects: measured,
    metrics,
    lookAhead: createPayloadLookAhead({ capacityBytes: config.payloadLookAheadMebibytes * MEBIBYTE, now }),
    usedPayloads: collectUsedPayloads({ circuits, objects: measured }, service.log),
    now,
    randomBytes: parts.randomBytes ?? randomBytes,
  };
  service.readiness.add('database', () => circuits.probe());
  const guards = { 'service-key': serviceKeyGuard(config.serviceKey) };
  for (const mount of routes) {
    mount(service.app as unknown as FastifyInstance, guards, { dependencies, config });
  }
  service.onClose('payload look-ahead', () => dependencies.lookAhead.clear());
  service.onClose('used payloads', () => dependencies.usedPayloads.close());
  startJobs(service, config, dependencies);
  return dependencies;
};

/** The whole service without a socket, for tests and for embedding: inject requests into `service.app`, then close it. */
export const createCircuitStorage = async (
  config: CircuitStorageConfig,
  parts: CircuitStorageParts & Pick<ServiceOptions, 'logging'> = {},
): Promise<{ readonly service: Service; readonly dependencies: CircuitStorageDependencies }> => {
  const service = await createService({
    name: SERVICE_NAME,
    description: SERVICE_DESCRIPTION,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    ...(parts.logging === undefined ? {} : { logging: parts.logging }),
  });
  try {
    return { service, dependencies: await buildCircuitStorage(service, config, parts) };
  } catch (error) {
    await service.close(0);
    throw error;
  }
};
