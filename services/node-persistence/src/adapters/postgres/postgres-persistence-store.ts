import type { Database } from '@openrecognize/service-kit/postgres';
import type { PersistenceStore } from '../../ports/persistence-store.ts';
import { createPostgresAdministrationStore } from './administration/postgres-administration-store.ts';
import { createPostgresAttemptStore } from './postgres-attempt-store.ts';
import { createPostgresAuthenticationHistoryStore } from './postgres-authentication-history-store.ts';
import { createPostgresCircuitPurgeStore } from './postgres-circuit-purge-store.ts';
import { createPostgresClientStateStore } from './postgres-client-state-store.ts';
import { createPostgresDeviceStore } from './postgres-device-store.ts';
import { createPostgresEnrollmentStore } from './postgres-enrollment-store.ts';
import { createPostgresExternalUserStore } from './postgres-external-user-store.ts';
import { createPostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { createPostgresMatchTokenStore } from './postgres-match-token-store.ts';
import { createPostgresOperationStore } from './postgres-operation-store.ts';
import { createPostgresTenantStore } from './postgres-tenant-store.ts';
import { createPostgresUsedTokenStore } from './postgres-used-token-store.ts';
import { createPostgresUserStore } from './postgres-user-store.ts';

/** The store over a migrated database (schema `node_persistence`, isolation level READ COMMITTED). */
export const createPostgresPersistenceStore = (database: Database): PersistenceStore => ({
  ...createPostgresTenantStore(database),
  ...createPostgresEnrollmentStore(database),
  ...createPostgresAttemptStore(database),
  ...createPostgresMatchTokenStore(database),
  ...createPostgresUserStore(database),
  ...createPostgresDeviceStore(database),
  ...createPostgresExternalUserStore(database),
  ...createPostgresOperationStore(database),
  ...createPostgresAuthenticationHistoryStore(database),
  ...createPostgresClientStateStore(database),
  ...createPostgresCircuitPurgeStore(database),
  ...createPostgresUsedTokenStore(database),
  ...createPostgresMaintenanceStore(database),
  ...createPostgresAdministrationStore(database),
});
