import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { ApiKeyId, CustomerName, TimestampMs } from './fields.ts';
import { ApiKeyKind, TenantSettings } from './node-persistence-tenants.ts';

// Administration under /v2/admin: beyond the product. Each endpoint takes a secret API key (`x-api-key`; role admin,
// one tenant) or the session of an operator (`authorization: Bearer`; the tenant is named in `x-tenant` unless the
// operator belongs to one). A viewer may read; changes answer FORBIDDEN.

const strict = { additionalProperties: false } as const;
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }));
/** Position in a list that runs from the newest to the oldest: pass `next` of the page before. */
const Before = Type.Optional(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }));
const Next = Type.Optional(Type.Integer({ minimum: 0 }));
const operatorErrors = ['OPERATOR_SESSION_INVALID', 'FORBIDDEN', 'CUSTOMER_NOT_FOUND'] as const;

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
  auth: 'operator',
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
    openidConfigurationUrl: nullable(
      Type.String({ pattern: '^https?://.+/\\.well-known/openid-configuration$', maxLength: 2_048 }),
    ),
    openidAudience: nullable(Type.String({ minLength: 1, maxLength: 256 })),
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
  auth: 'operator',
  idempotent: false,
  body: Type.Object(
    { version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), changes: TenantSettingsChanges },
    strict,
  ),
  status: 200,
  response: VersionedTenantSettings,
  errors: [...operatorErrors, 'CONFLICT', 'BAD_REQUEST', 'JWKS_URI_NOT_HTTPS'],
});

export const ApiKeyInfo = Type.Object({
  apiKeyId: ApiKeyId,
  kind: ApiKeyKind,
  createdAtMs: TimestampMs,
  /** UTC day, `2025-01-15`; written at most once a day. */
  lastUsedDay: Type.Optional(Type.String()),
  revokedAtMs: Type.Optional(TimestampMs),
});

/** With the text of the key, which no later answer holds. */
export const NewApiKey = Type.Object({
  ...ApiKeyInfo.properties,
  key: Type.String({ minLength: 40, maxLength: 128 }),
});

export const listApiKeys = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/api-keys',
  summary: 'API keys of the tenant, the newest first; never the keys themselves',
  auth: 'operator',
  idempotent: true,
  status: 200,
  response: Type.Object({ apiKeys: Type.Array(ApiKeyInfo) }),
  errors: operatorErrors,
});

export const createApiKey = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/api-keys',
  summary: 'Creates an API key; this answer is the only one that holds it',
  auth: 'operator',
  idempotent: false,
  body: Type.Object({ kind: ApiKeyKind }, strict),
  status: 201,
  response: NewApiKey,
  errors: operatorErrors,
});

/** CONFLICT: it is the last secret key of the tenant. */
export const revokeApiKey = defineEndpoint({
  method: 'DELETE',
  path: '/v2/admin/api-keys/:apiKeyId',
  summary: 'Revokes an API key; services forget it within API_KEY_CACHE_SECONDS',
  auth: 'operator',
  idempotent: true,
  params: Type.Object({ apiKeyId: ApiKeyId }),
  status: 204,
  response: 'empty',
  errors: [...operatorErrors, 'NOT_FOUND', 'CONFLICT'],
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
  /** `tenant.create`, `settings.update`, `api-key.create`, `user.unlock`, `user.delete`, `external-user.update`, ... */
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
  auth: 'operator',
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
  auth: 'operator',
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
  auth: 'operator',
  idempotent: true,
  status: 200,
  response: Type.Object({ services: Type.Array(ServiceHealth) }),
  errors: operatorErrors,
});
