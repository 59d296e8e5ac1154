import { Type } from 'typebox';
import { ApiKeyInfo } from './administration.ts';
import { TenantInfo } from './administration-tenants.ts';
import { actBody } from './administrative-act.ts';
import { defineEndpoint } from './endpoint.ts';
import { CustomerName, Sha256Base64, TenantId } from './fields.ts';
import { ApiKeyKind } from './node-persistence-tenants.ts';

const strict = { additionalProperties: false } as const;
const path = '/internal/v1/administration/tenants' as const;

export const listStoredTenants = defineEndpoint({
  method: 'GET',
  path,
  summary: 'Tenants by customer name; with an id, that one alone',
  auth: 'service-key',
  idempotent: true,
  query: Type.Object({ tenantId: Type.Optional(TenantId) }),
  status: 200,
  response: Type.Object({ tenants: Type.Array(TenantInfo) }),
  errors: [],
});

/** CONFLICT: there is a tenant of this name, or one of the keys. */
export const addTenant = defineEndpoint({
  method: 'POST',
  path,
  summary: 'Creates a tenant with its API keys, audited in the same transaction',
  auth: 'service-key',
  idempotent: false,
  body: actBody({
    customer: CustomerName,
    apiKeys: Type.Array(Type.Object({ kind: ApiKeyKind, keySha256: Sha256Base64 }, strict), {
      minItems: 1,
      maxItems: 3,
    }),
  }),
  status: 201,
  /** The keys in the order they came. */
  response: Type.Object({ tenant: TenantInfo, apiKeys: Type.Array(ApiKeyInfo) }),
  errors: ['CONFLICT'],
});

export const nodePersistenceTenantAdministrationEndpoints = { listStoredTenants, addTenant } as const;
