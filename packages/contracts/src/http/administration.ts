import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import {
  Artifact,
  CircuitCount,
  CircuitIndex,
  CustomerName,
  DeviceId,
  DeviceOrigin,
  DeviceType,
  DurationSeconds,
  ExternalUserId,
  OperationId,
  TimestampMs,
  UserId,
  Uuid,
} from './fields.ts';
import { ApiKeyId } from './node-persistence-server-api.ts';
import { ApiKeyKind, TenantSettings } from './node-persistence-tenants.ts';

// Administration under /v2/admin: beyond the product. Each endpoint takes a secret API key (`x-api-key`; role admin,
// one tenant) or the session of an operator (`authorization: Bearer`; the tenant is named in `x-tenant` unless the
// operator belongs to one). A viewer may read; changes answer FORBIDDEN.

const strict = { additionalProperties: false } as const;
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }));
/** Position in a list that runs from the newest to the oldest: pass `next` of the page before. */
const Before = Type.Optional(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }));
const Next = Type.Optional(Type.Integer({ minimum: 0 }));
const userParams = Type.Object({ userId: UserId });
const operatorErrors = ['OPERATOR_SESSION_INVALID', 'FORBIDDEN', 'CUSTOMER_NOT_FOUND'] as const;

export const OperatorName = Type.String({ pattern: '^[a-z0-9][a-z0-9._@-]{0,63}$' });
export const OperatorPassword = Type.String({ minLength: 12, maxLength: 256 });
export const OperatorRole = Type.Union([Type.Literal('viewer'), Type.Literal('admin')]);
/** Random, 256 bits, base64url. */
export const OperatorSessionToken = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

export const Operator = Type.Object({
  operatorId: Uuid,
  name: OperatorName,
  role: OperatorRole,
  disabled: Type.Boolean(),
  /** The one tenant the operator may see; absent: every tenant of the installation. */
  customer: Type.Optional(CustomerName),
  createdAtMs: TimestampMs,
  lastSignInAtMs: Type.Optional(TimestampMs),
});

export const signInOperator = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/sessions',
  summary: 'Signs an operator in; the token is shown once and goes into `authorization: Bearer`',
  auth: 'public',
  idempotent: false,
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 256 }),
    },
    strict,
  ),
  status: 201,
  response: Type.Object({
    token: OperatorSessionToken,
    operator: Operator,
    /** The session ends then, used or not. */
    expiresAtMs: TimestampMs,
    /** The session ends after so long without a request. */
    idleTimeoutSeconds: DurationSeconds,
  }),
  errors: ['OPERATOR_CREDENTIALS_INVALID', 'TOO_MANY_REQUESTS'],
});

export const readOperatorSession = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/session',
  summary: 'Who the caller is, what it may do and the tenants it may name in x-tenant',
  auth: 'secret-key',
  idempotent: true,
  status: 200,
  response: Type.Object({
    actor: Type.Object({
      kind: Type.Union([Type.Literal('operator'), Type.Literal('api-key')]),
      /** Id of the operator or of the API key. */
      id: Type.String(),
      name: Type.Optional(OperatorName),
    }),
    role: OperatorRole,
    customers: Type.Array(CustomerName),
    expiresAtMs: Type.Optional(TimestampMs),
  }),
  errors: operatorErrors,
});

export const signOutOperator = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/session',
  summary: 'Ends the session of the operator',
  auth: 'secret-key',
  idempotent: true,
  status: 204,
  response: 'empty',
  errors: operatorErrors,
});

/** Operators of one tenant see and manage those of their tenant alone, and so do secret keys. */
export const listOperators = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/operators',
  summary: 'Operators, ordered by name',
  auth: 'secret-key',
  idempotent: true,
  status: 200,
  response: Type.Object({ operators: Type.Array(Operator) }),
  errors: operatorErrors,
});

export const createOperator = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/operators',
  summary: 'Creates an operator',
  auth: 'secret-key',
  idempotent: false,
  body: Type.Object(
    {
      name: OperatorName,
      password: OperatorPassword,
      role: OperatorRole,
      customer: Type.Optional(CustomerName),
    },
    strict,
  ),
  status: 201,
  response: Operator,
  errors: [...operatorErrors, 'CONFLICT'],
});

export const OperatorChanges = Type.Object(
  {
    role: Type.Optional(OperatorRole),
    disabled: Type.Optional(Type.Boolean()),
    password: Type.Optional(OperatorPassword),
  },
  strict,
);

/** Ends the operator's sessions. CONFLICT: no enabled admin of the installation would be left. */
export const updateOperator = defineEndpoint({
  method: 'PATCH',
  path: '/v2/admin/operators/:operatorId',
  summary: 'Changes role or password of an operator, disables or enables it',
  auth: 'secret-key',
  idempotent: true,
  params: Type.Object({ operatorId: Uuid }),
  body: OperatorChanges,
  status: 200,
  response: Operator,
  errors: [...operatorErrors, 'NOT_FOUND', 'CONFLICT'],
});

export const VersionedTenantSettings = Type.Object({
  customer: CustomerName,
  /** Counts up by one with every change. */
  version: Type.Integer({ minimum: 1 }),
  settings: TenantSettings,
});

export const readTenantSettings = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/settings',
  summary: 'Settings of the tenant',
  auth: 'secret-key',
  idempotent: true,
  status: 200,
  response: VersionedTenantSettings,
  errors: operatorErrors,
});

const nullable = <S extends Parameters<typeof Type.Optional>[0]>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()]));
const { properties: setting } = TenantSettings;

/** null takes a setting back to the default of the installation, or removes it. */
export const TenantSettingsChanges = Type.Object(
  {
    lockoutFailures: Type.Optional(setting.lockoutFailures),
    lockoutWindowSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
    lockoutSuspensionSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
    userAuthorizationType: setting.userAuthorizationType,
    userAuthorizationJwksUri: nullable(Type.String({ pattern: '^https?://', maxLength: 2_048 })),
    jwtLifetimeSeconds: setting.jwtLifetimeSeconds,
    jwtAudience: nullable(Type.String({ minLength: 1, maxLength: 256 })),
    jwtIncludeJti: setting.jwtIncludeJti,
    jwtIncludeNonce: setting.jwtIncludeNonce,
    authenticationVisibilitySeconds: setting.authenticationVisibilitySeconds,
    authenticationHistoryDays: nullable(Type.Integer({ minimum: 1, maximum: 3_650 })),
    auditDays: nullable(Type.Integer({ minimum: 30, maximum: 3_650 })),
  },
  strict,
);

export const updateTenantSettings = defineEndpoint({
  method: 'PATCH',
  path: '/v2/admin/settings',
  summary: 'Changes settings if their version is still the expected one; CONFLICT when it is not',
  auth: 'secret-key',
  idempotent: false,
  body: Type.Object(
    { version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), changes: TenantSettingsChanges },
    strict,
  ),
  status: 200,
  response: VersionedTenantSettings,
  errors: [...operatorErrors, 'CONFLICT'],
});

export const ApiKeyInfo = Type.Object({
  apiKeyId: ApiKeyId,
  kind: ApiKeyKind,
  createdAtMs: TimestampMs,
  /** UTC day, `2025-01-15`; written at most once a day. */
  lastUsedDay: Type.Optional(Type.String()),
  revokedAtMs: Type.Optional(TimestampMs),
});

export const listApiKeys = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/api-keys',
  summary: 'API keys of the tenant, the newest first; never the keys themselves',
  auth: 'secret-key',
  idempotent: true,
  status: 200,
  response: Type.Object({ apiKeys: Type.Array(ApiKeyInfo) }),
  errors: operatorErrors,
});

export const createApiKey = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/api-keys',
  summary: 'Creates an API key; this answer is the only one that holds it',
  auth: 'secret-key',
  idempotent: false,
  body: Type.Object({ kind: ApiKeyKind }, strict),
  status: 201,
  response: Type.Object({ ...ApiKeyInfo.properties, key: Type.String({ minLength: 40, maxLength: 128 }) }),
  errors: operatorErrors,
});

/** CONFLICT: it is the last secret key of the tenant. */
export const revokeApiKey = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/api-keys/:apiKeyId',
  summary: 'Revokes an API key; services forget it within API_KEY_CACHE_SECONDS',
  auth: 'secret-key',
  idempotent: true,
  params: Type.Object({ apiKeyId: ApiKeyId }),
  status: 204,
  response: 'empty',
  errors: [...operatorErrors, 'NOT_FOUND', 'CONFLICT'],
});

export const AdministeredUser = Type.Object({
  userId: UserId,
  externalUserId: Type.Optional(ExternalUserId),
  createdAtMs: TimestampMs,
  deviceCount: Type.Integer({ minimum: 0 }),
  /** Present while the user is locked out. */
  lockedUntilMs: Type.Optional(TimestampMs),
});

export const searchUsers = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/users',
  summary: 'Users by the start of their id or by external user id (compared without case), ordered by id',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({
    userIdPrefix: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f]{1,64}$' })),
    externalUserId: Type.Optional(ExternalUserId),
    after: Type.Optional(UserId),
    limit: Limit,
  }),
  status: 200,
  /** `next`: pass as `after`; absent on the last page. */
  response: Type.Object({ users: Type.Array(AdministeredUser), next: Type.Optional(UserId) }),
  errors: operatorErrors,
});

export const CircuitStock = Type.Object({ stock: CircuitCount, nextFreeIndex: CircuitIndex });

export const AdministeredDevice = Type.Object({
  deviceId: DeviceId,
  deviceType: DeviceType,
  deviceOrigin: DeviceOrigin,
  osVersion: Type.Optional(Type.String()),
  sdkVersion: Type.Optional(Type.String()),
  artifact: Artifact,
  createdAtMs: TimestampMs,
  /** Ready circuits; absent while the circuit storage does not answer. */
  circuits: Type.Optional(CircuitStock),
});

export const UserLockout = Type.Object({
  /** Failures that count now. */
  failures: Type.Integer({ minimum: 0 }),
  /** Failures left before a suspension. */
  remainingAttempts: Type.Integer({ minimum: 0 }),
  lockedUntilMs: Type.Optional(TimestampMs),
});

export const readUserDetail = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/users/:userId',
  summary: 'A user with devices, their circuit stock, and lockout',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  status: 200,
  response: Type.Object({
    user: AdministeredUser,
    devices: Type.Array(AdministeredDevice),
    lockout: UserLockout,
  }),
  errors: [...operatorErrors, 'USER_NOT_FOUND'],
});

export const unlockUser = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/users/:userId/unlock',
  summary: 'Ends a lockout and forgets the failures before it',
  auth: 'secret-key',
  idempotent: true,
  params: userParams,
  body: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 256 })) }, strict),
  status: 200,
  response: Type.Object({ wasLockedOut: Type.Boolean() }),
  errors: [...operatorErrors, 'USER_NOT_FOUND'],
});

export const listLockouts = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/lockouts',
  summary: 'Users who are locked out now and until when, ordered by id',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({ after: Type.Optional(UserId), limit: Limit }),
  status: 200,
  response: Type.Object({
    lockouts: Type.Array(
      Type.Object({
        userId: UserId,
        externalUserId: Type.Optional(ExternalUserId),
        lockedUntilMs: TimestampMs,
      }),
    ),
    next: Type.Optional(UserId),
  }),
  errors: operatorErrors,
});

/**
 * `match`: succeeded. `no-match`: another face. `refused`: the face matched but its operation id was taken.
 * `expired`: finished too late. `aborted`: a fault of the backend, no verdict.
 */
export const AuthenticationOutcome = Type.Union([
  Type.Literal('match'),
  Type.Literal('no-match'),
  Type.Literal('refused'),
  Type.Literal('expired'),
  Type.Literal('aborted'),
]);

export const AdministeredAuthentication = Type.Object({
  authenticationId: Type.Integer({ minimum: 1 }),
  userId: UserId,
  deviceId: DeviceId,
  outcome: AuthenticationOutcome,
  operationId: Type.Optional(OperationId),
  createdAtMs: TimestampMs,
});

export const listAuthentications = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/authentications',
  summary: 'Authentications of the tenant or of one user with their outcome, the newest first',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({
    userId: Type.Optional(UserId),
    outcome: Type.Optional(AuthenticationOutcome),
    before: Before,
    limit: Limit,
  }),
  status: 200,
  response: Type.Object({ authentications: Type.Array(AdministeredAuthentication), next: Next }),
  errors: operatorErrors,
});

export const AdministeredOperation = Type.Object({
  operationId: OperationId,
  userId: UserId,
  externalUserId: Type.Optional(ExternalUserId),
  payload: Type.Optional(Type.String()),
  state: Type.Union([Type.Literal('pending'), Type.Literal('approved')]),
  createdAtMs: TimestampMs,
});

export const listOperations = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/operations',
  summary: 'Operations of the tenant or of one user, the newest first',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({ userId: Type.Optional(UserId), before: Before, limit: Limit }),
  status: 200,
  response: Type.Object({ operations: Type.Array(AdministeredOperation), next: Next }),
  errors: operatorErrors,
});

export const AuditEntry = Type.Object({
  sequence: Type.Integer({ minimum: 1 }),
  occurredAtMs: TimestampMs,
  actor: Type.Object({
    kind: Type.Union([Type.Literal('operator'), Type.Literal('api-key'), Type.Literal('system')]),
    /** Id of the operator or of the API key. */
    id: Type.String(),
    name: Type.Optional(Type.String()),
  }),
  /** `settings.update`, `api-key.create`, `api-key.revoke`, `user.unlock`, `webhook.create`, ... */
  action: Type.String(),
  target: Type.String(),
  before: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  after: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  requestId: Type.String(),
  /** SHA-256 over the entry and the hash of the one before it, hex. */
  hash: Type.String(),
});

/** `installation`: sign-ins and operators of the whole installation; not for secret keys or operators of one tenant. */
export const AuditScope = Type.Union([Type.Literal('tenant'), Type.Literal('installation')]);

export const listAuditEntries = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/audit',
  summary: 'Audit trail, the newest entry first',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({ scope: Type.Optional(AuditScope), before: Before, limit: Limit }),
  status: 200,
  response: Type.Object({ entries: Type.Array(AuditEntry), next: Next }),
  errors: operatorErrors,
});

export const verifyAuditTrail = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/audit/verification',
  summary: 'Recomputes the hash chain of the audit trail',
  auth: 'secret-key',
  idempotent: true,
  query: Type.Object({ scope: Type.Optional(AuditScope) }),
  status: 200,
  response: Type.Object({
    intact: Type.Boolean(),
    checkedEntries: Type.Integer({ minimum: 0 }),
    /** First entry that is missing or altered. */
    firstBrokenSequence: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Entries up to this one were removed by the retention; 0: none. */
    prunedSequence: Type.Integer({ minimum: 0 }),
    headSequence: Type.Integer({ minimum: 0 }),
    /** Note it outside the installation: it commits to everything before it. */
    headHash: Type.String(),
  }),
  errors: operatorErrors,
});

export const ServiceHealth = Type.Object({
  name: Type.String(),
  ready: Type.Boolean(),
  latencyMs: Type.Number({ minimum: 0 }),
});

export const readServicesHealth = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/services',
  summary: 'Whether the services answer that they are ready',
  auth: 'secret-key',
  idempotent: true,
  status: 200,
  response: Type.Object({ services: Type.Array(ServiceHealth) }),
  errors: operatorErrors,
});
