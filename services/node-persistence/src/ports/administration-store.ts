import type {
  AdministrativeAct,
  ApiKeyInfo,
  addTenant,
  addWebhook,
  changeWebhook,
  claimWebhookDeliveries,
  EndpointInput,
  EndpointOutput,
  finishWebhookDelivery,
  listAuditEntries,
  listAuthentications,
  listLockouts,
  listOperations,
  listWebhookDeliveries,
  Operator,
  readWebhookDelivery,
  searchStoredUsers,
  TenantInfo,
  TenantSettings,
  TenantSettingsChanges,
  UserLockout,
  VersionedTenantSettings,
  verifyAuditTrail,
  Webhook,
  WebhookDelivery,
} from '@openrecognize/contracts';
import type { Static } from 'typebox';
import type { ApiKeyKind, TenantSettings as LockoutSettings, Tenant } from './tenant-store.ts';

export type { AdministrativeAct };
export type FullTenantSettings = Static<typeof TenantSettings>;
export type SettingsChanges = Static<typeof TenantSettingsChanges>;
type Versioned = Static<typeof VersionedTenantSettings>;
type UserQuery = EndpointInput<typeof searchStoredUsers>['query'];
export type UserPage = EndpointOutput<typeof searchStoredUsers>;
export type ListedUser = UserPage['users'][number];

/** Half-open positions in a list from the newest to the oldest. */
export interface PageBefore {
  readonly before?: number;
  readonly limit: number;
}

export interface SettingsStore {
  readSettings(tenantId: number): Promise<Versioned | undefined>;
  /** `check` sees the settings as they would be and throws to refuse them. */
  changeSettings(
    tenantId: number,
    version: number,
    changes: SettingsChanges,
    check: (settings: FullTenantSettings) => void,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<Versioned | 'tenant-not-found' | 'conflict'>;
  listApiKeys(tenantId: number): Promise<Static<typeof ApiKeyInfo>[]>;
  addApiKey(
    tenantId: number,
    kind: ApiKeyKind,
    keySha256: Uint8Array,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<Static<typeof ApiKeyInfo> | 'tenant-not-found' | 'conflict'>;
  revokeApiKey(
    tenantId: number,
    apiKeyId: string,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<'revoked' | 'not-found' | 'last-secret-key'>;
}

export interface TenantAdministrationStore {
  /** Ordered by customer name; with an id, that one alone. */
  listTenants(tenantId: number | undefined): Promise<TenantInfo[]>;
  /** One transaction: the tenant, its keys and what the trails say of both. */
  addTenant(
    customer: string,
    keys: readonly { readonly kind: ApiKeyKind; readonly keySha256: Uint8Array }[],
    settings: LockoutSettings,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<EndpointOutput<typeof addTenant> | 'conflict'>;
}

export interface UserAdministrationStore {
  searchUsers(
    tenantId: number,
    query: Omit<UserQuery, 'externalUserId'> & { readonly externalUserKey?: string },
    nowMs: number,
  ): Promise<UserPage>;
  readUserWithLockout(
    tenantId: number,
    userId: string,
    nowMs: number,
  ): Promise<{ user: ListedUser; lockout: Static<typeof UserLockout> } | undefined>;
  /** Undefined: no such user. */
  unlockUser(
    tenantId: number,
    userId: string,
    reason: string | undefined,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<{ wasLockedOut: boolean } | undefined>;
  listLockouts(
    tenantId: number,
    after: string | undefined,
    limit: number,
    nowMs: number,
  ): Promise<EndpointOutput<typeof listLockouts>>;
  listAuthenticationHistory(
    tenantId: number,
    query: PageBefore & { readonly userId?: string; readonly outcome?: string },
  ): Promise<EndpointOutput<typeof listAuthentications>>;
  listOperationHistory(
    tenantId: number,
    query: PageBefore & { readonly userId?: string },
  ): Promise<EndpointOutput<typeof listOperations>>;
}

/** Deletions in the name of an administrator; what goes is what `UserStore` and `DeviceStore` say. */
export interface UserDeletionStore {
  deleteUserAudited(
    tenantId: number,
    userId: string,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<'deleted' | 'user-not-found'>;
  deleteDeviceAudited(
    tenantId: number,
    userId: string,
    deviceId: string,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<'deleted' | 'user-not-found' | 'device-not-found'>;
}

export interface AuditStore {
  /** Chain of a tenant by its id, of the installation by 0. */
  listAuditEntries(chainId: number, page: PageBefore): Promise<EndpointOutput<typeof listAuditEntries>>;
  verifyAuditChain(chainId: number): Promise<EndpointOutput<typeof verifyAuditTrail>>;
}

export type StoredOperator = Static<typeof Operator>;

export interface NewOperator {
  readonly operatorId: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly role: 'viewer' | 'admin';
  readonly tenantId: number | undefined;
  readonly onlyIfNone: boolean;
}

export interface OperatorCredentials {
  readonly operator: StoredOperator;
  readonly tenantId: number | undefined;
  readonly passwordHash: string;
}

export interface OperatorChanges {
  readonly role?: 'viewer' | 'admin';
  readonly disabled?: boolean;
  readonly passwordHash?: string;
}

export interface OperatorStore {
  listOperators(tenantId: number | undefined): Promise<StoredOperator[]>;
  addOperator(
    operator: NewOperator,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<StoredOperator | 'conflict'>;
  /** Ends the sessions of the operator. `tenantId`: only an operator of that tenant. */
  changeOperator(
    operatorId: string,
    tenantId: number | undefined,
    changes: OperatorChanges,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<StoredOperator | 'not-found' | 'last-admin'>;
  findOperator(name: string): Promise<OperatorCredentials | undefined>;
  /** Counts an attempt before its outcome is known; returns the attempts of the window, this one included. */
  countSignIn(
    subject: Uint8Array,
    windowMs: number,
    nowMs: number,
  ): Promise<{ readonly attempts: number; readonly windowEndsAtMs: number }>;
  forgetSignIn(subject: Uint8Array): Promise<void>;
  recordRefusedSignIn(credentials: OperatorCredentials, requestId: string, nowMs: number): Promise<void>;
  openSession(
    credentials: OperatorCredentials,
    tokenSha256: Uint8Array,
    expiresAtMs: number,
    requestId: string,
    nowMs: number,
  ): Promise<void>;
  resolveSession(
    tokenSha256: Uint8Array,
    idleTimeoutMs: number,
    nowMs: number,
  ): Promise<{ operator: StoredOperator; expiresAtMs: number; tenants: Tenant[] } | undefined>;
  endSession(tokenSha256: Uint8Array): Promise<void>;
}

type StoredWebhook = Static<typeof Webhook>;
type StoredDelivery = Static<typeof WebhookDelivery>;

export interface WebhookStore {
  listWebhooks(tenantId: number): Promise<StoredWebhook[]>;
  addWebhook(
    tenantId: number,
    webhookId: string,
    target: Pick<EndpointInput<typeof addWebhook>['body'], 'url' | 'eventTypes'>,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<StoredWebhook | 'tenant-not-found' | 'too-many'>;
  changeWebhook(
    tenantId: number,
    webhookId: string,
    changes: EndpointInput<typeof changeWebhook>['body']['changes'],
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<StoredWebhook | undefined>;
  removeWebhook(tenantId: number, webhookId: string, act: AdministrativeAct, nowMs: number): Promise<boolean>;
  advanceWebhookSecret(
    tenantId: number,
    webhookId: string,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<{ secretVersion: number } | undefined>;
  listWebhookDeliveries(
    tenantId: number,
    query: PageBefore & { readonly webhookId?: string; readonly state?: string },
  ): Promise<EndpointOutput<typeof listWebhookDeliveries>>;
  readWebhookDelivery(
    tenantId: number,
    deliveryId: number,
  ): Promise<EndpointOutput<typeof readWebhookDelivery> | undefined>;
  replayWebhookDelivery(
    tenantId: number,
    deliveryId: number,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<StoredDelivery | undefined>;
  replayDeadDeliveries(
    tenantId: number,
    webhookId: string,
    act: AdministrativeAct,
    nowMs: number,
  ): Promise<{ replayed: number } | undefined>;
  claimWebhookDeliveries(
    limit: number,
    leaseMs: number,
    nowMs: number,
  ): Promise<EndpointOutput<typeof claimWebhookDeliveries>>;
  finishWebhookDelivery(
    deliveryId: number,
    result: EndpointInput<typeof finishWebhookDelivery>['body'],
    nowMs: number,
  ): Promise<void>;
}

export interface AdministrationRetention {
  readonly auditMs: number;
  readonly webhookMs: number;
  /** Window of the sign-in limit. */
  readonly signInMs: number;
}

export interface AdministrationMaintenanceStore {
  /** Removes what has outlived its use, at most `limit` rows of each kind; returns the most rows of one kind. */
  purgeAdministration(times: AdministrationRetention, nowMs: number, limit: number): Promise<number>;
}

/** Everything the administration keeps. Changes and their audit entries are one transaction. */
export interface AdministrationStore
  extends SettingsStore,
    TenantAdministrationStore,
    UserAdministrationStore,
    UserDeletionStore,
    AuditStore,
    OperatorStore,
    WebhookStore,
    AdministrationMaintenanceStore {}
