import { randomUUID } from 'node:crypto';
import {
  createService,
  type Service,
  type ServiceOptions,
  serviceKeyGuard,
} from '@openrecognize/service-kit';
import { openDatabase, plannedOnce } from '@openrecognize/service-kit/postgres';
import { createPostgresPersistenceStore } from './adapters/postgres/postgres-persistence-store.ts';
import { createAttemptCounters } from './attempt-counters.ts';
import type { NodePersistenceConfig } from './config.ts';
import { cleanUp, type RetentionTimes } from './jobs/clean-up.ts';
import { cleanUpAdministration } from './jobs/clean-up-administration.ts';
import { repeat } from './jobs/repeat.ts';
import { mountRoutes } from './routes/mount-routes.ts';

export const SERVICE_NAME = 'node-persistence';
export const DEFAULT_PORT = 8083;
export const SERVICE_DESCRIPTION = 'Users, devices, lockout, operations, tenants and sealed blobs';
export const DATABASE_SCHEMA = 'node_persistence';
/** The SQL files lie beside `src` and `dist`. */
export const MIGRATIONS_FOLDER = new URL('../migrations/', import.meta.url);

const DAY_MS = 86_400_000;

/** Replaced in tests. */
export interface NodePersistenceDependencies {
  /** Milliseconds since 1970; the system's clock by default. */
  readonly nowMs?: () => number;
  /** Lower-case UUID; random by default. */
  readonly newUuid?: () => string;
}

const retentionTimes = (config: NodePersistenceConfig): RetentionTimes => ({
  attemptRetentionMs: config.attemptRetentionSeconds * 1000,
  authenticationRetentionMs: config.authenticationRetentionDays * DAY_MS,
  takenTokenRetentionMs: config.takenTokenRetentionSeconds * 1000,
  enrollmentGraceMs: config.enrollmentGraceSeconds * 1000,
});

/**
 * Opens and migrates the database, adds the routes and starts the clean-up; the service closes all of it.
 *
 * @throws RecognizeError STORAGE_UNAVAILABLE if the database cannot be reached
 */
export const buildNodePersistence = async (
  service: Service,
  config: NodePersistenceConfig,
  dependencies: NodePersistenceDependencies = {},
): Promise<void> => {
  const { nowMs = Date.now, newUuid = randomUUID } = dependencies;
  const database = await openDatabase({
    url: config.databaseUrl,
    sessionSettings: plannedOnce,
    schema: DATABASE_SCHEMA,
    applicationName: SERVICE_NAME,
    log: service.log,
    metrics: service.metrics,
    migrationsFolder: MIGRATIONS_FOLDER,
    maxConnections: config.databaseMaxConnections,
    statementTimeoutMs: config.databaseStatementTimeoutMs,
    connectionTimeoutMs: config.databaseConnectionTimeoutMs,
    startTimeoutMs: config.databaseStartTimeoutMs,
  });
  service.onClose('database', () => database.close());
  service.readiness.add('database', () => database.probe());

  const store = createPostgresPersistenceStore(database);
  mountRoutes(
    service.app,
    { 'service-key': serviceKeyGuard(config.serviceKey) },
    {
      store,
      nowMs,
      newUuid,
      metrics: createAttemptCounters(service.metrics),
      attemptTtlMs: config.attemptTtlSeconds * 1000,
    },
  );

  const times = retentionTimes(config);
  const administrationTimes = {
    auditMs: config.auditRetentionDays * DAY_MS,
    webhookMs: config.webhookRetentionDays * DAY_MS,
  };
  const job = repeat(
    async (signal) => {
      const removed = await cleanUp(store, times, nowMs(), signal);
      await cleanUpAdministration(store, administrationTimes, nowMs(), signal);
      if (Object.values(removed).some((rows) => rows > 0)) service.log.info({ removed }, 'cleaned up');
    },
    config.jobIntervalSeconds * 1000,
    (error) => service.log.warn({ err: error }, 'clean-up failed, the next run repeats it'),
  );
  service.onClose('clean-up', () => job.stop());
};

/**
 * The service without a socket, for tests in one process: `service.app.inject` or `service.app.listen`.
 *
 * @throws RecognizeError STORAGE_UNAVAILABLE if the database cannot be reached
 */
export const createNodePersistence = async (
  config: NodePersistenceConfig,
  dependencies: NodePersistenceDependencies & Pick<ServiceOptions, 'logging' | 'metrics'> = {},
): Promise<Service> => {
  const { nowMs: _nowMs, newUuid: _newUuid, ...options } = dependencies;
  const service = await createService({ name: SERVICE_NAME, description: SERVICE_DESCRIPTION, ...options });
  try {
    await buildNodePersistence(service, config, dependencies);
  } catch (error) {
    await service.close(0);
    throw error;
  }
  return service;
};
