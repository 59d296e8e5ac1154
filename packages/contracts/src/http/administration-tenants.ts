import { type Static, Type } from 'typebox';
import { NewApiKey } from './administration.ts';
import { defineEndpoint } from './endpoint.ts';
import { CustomerName, TimestampMs } from './fields.ts';

const strict = { additionalProperties: false } as const;
const operatorErrors = ['OPERATOR_SESSION_INVALID', 'FORBIDDEN', 'CUSTOMER_NOT_FOUND'] as const;

export const TenantInfo = Type.Object({
  customer: CustomerName,
  /** Number of the customer in answers of the server API. */
  sdkCustomerId: Type.Integer({ minimum: 1 }),
  createdAtMs: TimestampMs,
});
export type TenantInfo = Static<typeof TenantInfo>;

export const listTenants = defineEndpoint({
  method: 'GET',
  path: '/v2/admin/tenants',
  summary: 'Tenants the caller may name, ordered by customer name',
  auth: 'operator',
  idempotent: true,
  status: 200,
  response: Type.Object({ tenants: Type.Array(TenantInfo) }),
  errors: operatorErrors,
});

/** FORBIDDEN: for a viewer, an operator of one tenant or a secret key. CONFLICT: there is a tenant of this name. */
export const createTenant = defineEndpoint({
  method: 'POST',
  path: '/v2/admin/tenants',
  summary:
    'Creates a tenant with a download, a mobile and a secret key; this answer is the only one that holds them',
  auth: 'operator',
  idempotent: false,
  body: Type.Object({ customer: CustomerName }, strict),
  status: 201,
  response: Type.Object({ ...TenantInfo.properties, apiKeys: Type.Array(NewApiKey) }),
  errors: [...operatorErrors, 'CONFLICT'],
});
