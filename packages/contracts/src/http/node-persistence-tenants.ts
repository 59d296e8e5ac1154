import { Type } from 'typebox';
import { defineEndpoint } from './endpoint.ts';
import { CustomerName, DurationSeconds, Sha256Base64, TenantId } from './fields.ts';

const strict = { additionalProperties: false } as const;

export const ApiKeyKind = Type.Union([
  Type.Literal('download'),
  Type.Literal('mobile'),
  Type.Literal('secret'),
]);

const lockoutSettings = {
  lockoutFailures: Type.Integer({ minimum: 1, maximum: 100 }),
  lockoutWindowSeconds: DurationSeconds,
  lockoutSuspensionSeconds: DurationSeconds,
};

export const TenantLockoutSettings = Type.Object(lockoutSettings, strict);

/** What a tenant may set for itself (`/v2/admin/settings`); an absent option is off or the installation's default. */
export const TenantSettings = Type.Object(
  {
    ...lockoutSettings,
    /** Whether a web session needs a token of the tenant's own identity provider; None by default. */
    userAuthorizationType: Type.Optional(Type.Union([Type.Literal('None'), Type.Literal('RemoteJWKSet')])),
    userAuthorizationJwksUri: Type.Optional(Type.String({ maxLength: 2_048 })),
    /** Identity provider whose tokens prove the external ids that devices enroll under; none by default. */
    openidConfigurationUrl: Type.Optional(Type.String({ maxLength: 2_048 })),
    /** `aud` of those tokens; any by default. */
    openidAudience: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    /** `exp` of transaction JWTs; 0: none. */
    jwtLifetimeSeconds: Type.Optional(DurationSeconds),
    /** `aud` of transaction JWTs when the request names none. */
    jwtAudience: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    jwtIncludeJti: Type.Optional(Type.Boolean()),
    jwtIncludeNonce: Type.Optional(Type.Boolean()),
    /** How far back the server API shows authentications. */
    authenticationVisibilitySeconds: Type.Optional(DurationSeconds),
    authenticationHistoryDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
    auditDays: Type.Optional(Type.Integer({ minimum: 30, maximum: 3_650 })),
  },
  strict,
);

export const Tenant = Type.Object({
  tenantId: TenantId,
  customer: CustomerName,
  sdkCustomerId: Type.Integer({ minimum: 1 }),
  settings: TenantSettings,
});

export const putTenant = defineEndpoint({
  method: 'PUT',
  path: '/internal/v1/tenants/:customer',
  summary: 'Creates a tenant or updates its settings',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ customer: CustomerName }),
  body: Type.Object({ settings: Type.Optional(Type.Partial(TenantLockoutSettings)) }, strict),
  status: 200,
  response: Tenant,
  errors: [],
});

export const readTenant = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/tenants/:customer',
  summary: 'Reads a tenant by customer name',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ customer: CustomerName }),
  status: 200,
  response: Tenant,
  errors: ['CUSTOMER_NOT_FOUND'],
});

export const putApiKey = defineEndpoint({
  method: 'PUT',
  path: '/internal/v1/tenants/:customer/api-keys/:kind',
  summary: 'Registers an API key by its SHA-256; several keys of one kind may be valid',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ customer: CustomerName, kind: ApiKeyKind }),
  body: Type.Object({ keySha256: Sha256Base64 }, strict),
  status: 204,
  response: 'empty',
  errors: ['CUSTOMER_NOT_FOUND', 'CONFLICT'],
});

export const resolveApiKey = defineEndpoint({
  method: 'POST',
  path: '/internal/v1/api-keys/resolve',
  summary: 'Finds tenant and kind of an API key by its SHA-256',
  auth: 'service-key',
  idempotent: true,
  body: Type.Object({ keySha256: Sha256Base64 }, strict),
  status: 200,
  response: Type.Object({ kind: ApiKeyKind, tenant: Tenant }),
  errors: ['API_KEY_INVALID'],
});
