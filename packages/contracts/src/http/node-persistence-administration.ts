import { Type } from 'typebox';
import {
  ApiKeyInfo,
  listAuditEntries,
  TenantSettingsChanges,
  VersionedTenantSettings,
  verifyAuditTrail,
} from './administration.ts';
import {
  Operator,
  OperatorChanges,
  OperatorName,
  OperatorPassword,
  OperatorRole,
} from './administration-operators.ts';
import {
  AuthenticationOutcome,
  listAuthentications,
  listLockouts,
  listOperations,
  readUserDetail,
  searchUsers,
  unlockUser,
} from './administration-users.ts';
import { AdministrativeAct, actBody } from './administrative-act.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  ApiKeyId,
  DeviceId,
  DurationSeconds,
  ExternalUserId,
  Sha256Base64,
  TenantId,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';
import { nodePersistenceTenantAdministrationEndpoints } from './node-persistence-tenant-administration.ts';
import { ApiKeyKind, Tenant } from './node-persistence-tenants.ts';

const strict = { additionalProperties: false } as const;
const root = '/internal/v1/administration' as const;
const tenantRoot = `${root}/tenants/:tenantId` as const;
const tenantParams = Type.Object({ tenantId: TenantId });
const Limit = Type.Integer({ minimum: 1, maximum: 200, default: 50 });
const Before = Type.Optional(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }));

export const readStoredSettings = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/settings`,
  summary: 'Settings of a tenant with their version',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  status: 200,
  response: VersionedTenantSettings,
  errors: ['CUSTOMER_NOT_FOUND'],
});

export const changeStoredSettings = defineEndpoint({
  method: 'PATCH',
  path: `${tenantRoot}/settings`,
  summary: 'Changes settings of a tenant if their version is the expected one',
  auth: 'service-key',
  idempotent: false,
  params: tenantParams,
  body: actBody({
    version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    changes: TenantSettingsChanges,
  }),
  status: 200,
  response: VersionedTenantSettings,
  errors: ['CUSTOMER_NOT_FOUND', 'CONFLICT', 'BAD_REQUEST'],
});

export const listStoredApiKeys = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/api-keys`,
  summary: 'API keys of a tenant',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  status: 200,
  response: Type.Object({ apiKeys: Type.Array(ApiKeyInfo) }),
  errors: [],
});

export const addApiKey = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/api-keys`,
  summary: 'Adds an API key by its SHA-256',
  auth: 'service-key',
  idempotent: false,
  params: tenantParams,
  body: actBody({ kind: ApiKeyKind, keySha256: Sha256Base64 }),
  status: 201,
  response: ApiKeyInfo,
  errors: ['CONFLICT', 'CUSTOMER_NOT_FOUND'],
});

export const revokeStoredApiKey = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/api-keys/:apiKeyId/revoke`,
  summary: 'Revokes an API key; never the last secret key of a tenant',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ tenantId: TenantId, apiKeyId: ApiKeyId }),
  body: actBody({}),
  status: 204,
  response: 'empty',
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const searchStoredUsers = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/users`,
  summary: 'Users of a tenant by the start of their id or by external user id',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  query: Type.Object({
    userIdPrefix: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f]{1,64}$' })),
    externalUserId: Type.Optional(ExternalUserId),
    after: Type.Optional(UserId),
    limit: Limit,
  }),
  status: 200,
  response: searchUsers.response,
  errors: [],
});

const tenantUser = Type.Object({ tenantId: TenantId, userId: UserId });

/** The devices come without circuits: those are the circuit-storage's to count. */
export const readStoredUser = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/users/:userId`,
  summary: 'A user with devices and lockout',
  auth: 'service-key',
  idempotent: true,
  params: tenantUser,
  status: 200,
  response: readUserDetail.response,
  errors: ['USER_NOT_FOUND'],
});

export const unlockStoredUser = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/users/:userId/unlock`,
  summary: 'Ends a lockout and forgets the failures',
  auth: 'service-key',
  idempotent: true,
  params: tenantUser,
  body: actBody({ reason: Type.Optional(Type.String({ maxLength: 256 })) }),
  status: 200,
  response: unlockUser.response,
  errors: ['USER_NOT_FOUND'],
});

/** POST, since it carries who deletes. The circuits are deleted by the purge job of the core-daemon. */
export const deleteStoredUser = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/users/:userId/delete`,
  summary: 'Deletes a user with everything it has, audited in the same transaction',
  auth: 'service-key',
  idempotent: false,
  params: tenantUser,
  body: actBody({}),
  status: 204,
  response: 'empty',
  errors: ['USER_NOT_FOUND'],
});

export const deleteStoredDevice = defineEndpoint({
  method: 'POST',
  path: `${tenantRoot}/users/:userId/devices/:deviceId/delete`,
  summary: 'Deletes one device of a user, audited in the same transaction',
  auth: 'service-key',
  idempotent: false,
  params: Type.Object({ ...tenantUser.properties, deviceId: DeviceId }),
  body: actBody({}),
  status: 204,
  response: 'empty',
  errors: ['USER_NOT_FOUND', 'DEVICE_NOT_FOUND'],
});

export const listStoredLockouts = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/lockouts`,
  summary: 'Users of a tenant who are locked out now',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  query: Type.Object({ after: Type.Optional(UserId), limit: Limit }),
  status: 200,
  response: listLockouts.response,
  errors: [],
});

export const listStoredAuthentications = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/authentications`,
  summary: 'Authentications of a tenant or one of its users, the newest first',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  query: Type.Object({
    userId: Type.Optional(UserId),
    outcome: Type.Optional(AuthenticationOutcome),
    before: Before,
    limit: Limit,
  }),
  status: 200,
  response: listAuthentications.response,
  errors: [],
});

export const listStoredOperations = defineEndpoint({
  method: 'GET',
  path: `${tenantRoot}/operations`,
  summary: 'Operations of a tenant or one of its users, the newest first',
  auth: 'service-key',
  idempotent: true,
  params: tenantParams,
  query: Type.Object({ userId: Type.Optional(UserId), before: Before, limit: Limit }),
  status: 200,
  response: listOperations.response,
  errors: [],
});

/** Without a tenant: the chain of the installation. */
const AuditChain = { tenantId: Type.Optional(TenantId) };

export const listStoredAuditEntries = defineEndpoint({
  method: 'GET',
  path: `${root}/audit`,
  summary: 'Audit trail of a tenant or of the installation, the newest entry first',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object({ ...AuditChain, before: Before, limit: Limit }),
  status: 200,
  response: listAuditEntries.response,
  errors: [],
});

export const verifyStoredAuditTrail = defineEndpoint({
  method: 'GET',
  path: `${root}/audit/verification`,
  summary: 'Recomputes the hash chain of an audit trail',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object(AuditChain),
  status: 200,
  response: verifyAuditTrail.response,
  errors: [],
});

export const listStoredOperators = defineEndpoint({
  method: 'GET',
  path: `${root}/operators`,
  summary: 'Operators of a tenant; without a tenant, all of the installation',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object({ tenantId: Type.Optional(TenantId) }),
  status: 200,
  response: Type.Object({ operators: Type.Array(Operator) }),
  errors: [],
});

export const addOperator = defineEndpoint({
  method: 'POST',
  path: `${root}/operators`,
  summary: 'Creates an operator; with onlyIfNone, only while the installation has none',
  auth: 'service-key',
  idempotent: false,
  body: actBody({
    name: OperatorName,
    password: OperatorPassword,
    role: OperatorRole,
    /** The one tenant of the operator; absent: all. */
    tenantId: Type.Optional(TenantId),
    onlyIfNone: Type.Optional(Type.Boolean()),
  }),
  status: 201,
  response: Operator,
  errors: ['CONFLICT'],
});

export const changeOperator = defineEndpoint({
  method: 'PATCH',
  path: `${root}/operators/:operatorId`,
  summary: 'Changes an operator and ends its sessions',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ operatorId: Uuid }),
  body: actBody({
    changes: OperatorChanges,
    /** Set: only an operator of this tenant may be changed. */
    tenantId: Type.Optional(TenantId),
  }),
  status: 200,
  response: Operator,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const openOperatorSession = defineEndpoint({
  method: 'POST',
  path: `${root}/operator-sessions`,
  summary: 'Checks name and password and stores the hash of a session token',
  auth: 'service-key',
  idempotent: false,
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 256 }),
      /** Address of the caller, for the limit of failures; it is kept as a hash. */
      address: Type.String({ maxLength: 64 }),
      tokenSha256: Sha256Base64,
      requestId: AdministrativeAct.properties.requestId,
      ttlSeconds: DurationSeconds,
    },
    strict,
  ),
  status: 201,
  response: Type.Object({ operator: Operator, expiresAtMs: TimestampMs }),
  errors: ['OPERATOR_CREDENTIALS_INVALID', 'TOO_MANY_REQUESTS'],
});

export const resolveOperatorSession = defineEndpoint({
  method: 'POST',
  path: `${root}/operator-sessions/resolve`,
  summary: 'Finds the operator of a session and keeps the session from idling out',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ tokenSha256: Sha256Base64, idleTimeoutSeconds: DurationSeconds }, strict),
  status: 200,
  response: Type.Object({ operator: Operator, expiresAtMs: TimestampMs, tenants: Type.Array(Tenant) }),
  errors: ['OPERATOR_SESSION_INVALID'],
});

export const endOperatorSession = defineEndpoint({
  method: 'POST',
  path: `${root}/operator-sessions/end`,
  summary: 'Deletes a session',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ tokenSha256: Sha256Base64 }, strict),
  status: 204,
  response: 'empty',
  errors: [],
});

export const nodePersistenceAdministrationEndpoints = {
  ...nodePersistenceTenantAdministrationEndpoints,
  readStoredSettings,
  changeStoredSettings,
  listStoredApiKeys,
  addApiKey,
  revokeStoredApiKey,
  searchStoredUsers,
  readStoredUser,
  unlockStoredUser,
  deleteStoredUser,
  deleteStoredDevice,
  listStoredLockouts,
  listStoredAuthentications,
  listStoredOperations,
  listStoredAuditEntries,
  verifyStoredAuditTrail,
  listStoredOperators,
  addOperator,
  changeOperator,
  openOperatorSession,
  resolveOperatorSession,
  endOperatorSession,
} as const;
