import type { AdministrationStore } from './administration-store.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { AuthenticationHistoryStore } from './authentication-history-store.ts';
import type { CircuitPurgeStore } from './circuit-purge-store.ts';
import type { ClientStateStore } from './client-state-store.ts';
import type { DeviceStore } from './device-store.ts';
import type { EnrollmentStore } from './enrollment-store.ts';
import type { ExternalUserStore } from './external-user-store.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { MatchTokenStore } from './match-token-store.ts';
import type { OperationStore } from './operation-store.ts';
import type { TenantStore } from './tenant-store.ts';
import type { UsedTokenStore } from './used-token-store.ts';
import type { UserStore } from './user-store.ts';

/**
 * All that the service keeps. Ids are upper-case hex, times are milliseconds since 1970 given by the caller. Rules
 * that must hold under concurrency are the store's: it answers with an outcome, commands turn it into an error.
 */
export interface PersistenceStore
  extends TenantStore,
    EnrollmentStore,
    AttemptStore,
    MatchTokenStore,
    UserStore,
    DeviceStore,
    ExternalUserStore,
    OperationStore,
    AuthenticationHistoryStore,
    ClientStateStore,
    CircuitPurgeStore,
    UsedTokenStore,
    MaintenanceStore,
    AdministrationStore {}
