import type { Database } from '@openrecognize/service-kit/postgres';
import type { AdministrationStore } from '../../../ports/administration-store.ts';
import { createPostgresAdministrationMaintenance } from './postgres-administration-maintenance.ts';
import { createPostgresAuditStore } from './postgres-audit-store.ts';
import { createPostgresOperatorStore } from './postgres-operator-store.ts';
import { createPostgresSettingsStore } from './postgres-settings-store.ts';
import { createPostgresTenantAdministrationStore } from './postgres-tenant-administration-store.ts';
import { createPostgresUserAdministrationStore } from './postgres-user-administration-store.ts';
import { createPostgresUserDeletionStore } from './postgres-user-deletion-store.ts';
import { createPostgresWebhookStore } from './postgres-webhook-store.ts';

export const createPostgresAdministrationStore = (database: Database): AdministrationStore => ({
  ...createPostgresSettingsStore(database),
  ...createPostgresTenantAdministrationStore(database),
  ...createPostgresUserAdministrationStore(database),
  ...createPostgresUserDeletionStore(database),
  ...createPostgresAuditStore(database),
  ...createPostgresOperatorStore(database),
  ...createPostgresWebhookStore(database),
  ...createPostgresAdministrationMaintenance(database),
});
