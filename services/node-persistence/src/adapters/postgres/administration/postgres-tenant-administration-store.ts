import {
  type Database,
  isUniqueViolation,
  type Queryable,
  statement,
} from '@openrecognize/service-kit/postgres';
import type { AdministrativeAct, TenantAdministrationStore } from '../../../ports/administration-store.ts';
import { insertTenant } from '../postgres-tenant-store.ts';
import { appendAudit } from './append-audit.ts';
import { insertApiKey } from './postgres-settings-store.ts';

interface TenantInfoRow {
  readonly customer: string;
  readonly sdk_customer_id: number;
  readonly created_at_ms: number;
}

/** Chain of the installation: a tenant has none before it is there. */
const INSTALLATION = 0;

const selectTenants = statement<TenantInfoRow, [tenantId: number | null]>(
  'list-tenants',
  `SELECT customer, sdk_customer_id, created_at_ms FROM node_persistence.tenants
    WHERE $1::integer IS NULL OR tenant_id = $1 ORDER BY customer`,
);
const customerExists = statement<{ readonly found: boolean }, [customer: string]>(
  'customer-exists',
  'SELECT EXISTS (SELECT FROM node_persistence.tenants WHERE customer = $1) AS found',
);

/** The keys of a new tenant, each with its entry in the tenant's own trail. */
const addKeys = async (
  transaction: Queryable,
  tenantId: number,
  keys: Parameters<TenantAdministrationStore['addTenant']>[1],
  act: AdministrativeAct,
  nowMs: number,
) => {
  const added = [];
  for (const { kind, keySha256 } of keys) {
    const key = await insertApiKey(transaction, tenantId, kind, keySha256, act, nowMs);
    added.push(key);
  }
  return added;
};

export const createPostgresTenantAdministrationStore = (database: Database): TenantAdministrationStore => ({
  async listTenants(tenantId) {
    const rows = await database.rows(selectTenants, tenantId ?? null);
    return rows.map((row) => ({
      customer: row.customer,
      sdkCustomerId: row.sdk_customer_id,
      createdAtMs: row.created_at_ms,
    }));
  },
  async addTenant(customer, keys, settings, act, nowMs) {
    try {
      return await database.transaction(async (transaction) => {
        // Asked first, since an insertion draws a customer number even where it is refused.
        if ((await transaction.row(customerExists, customer))!.found) return 'conflict';
        const { lockoutFailures, lockoutWindowSeconds, lockoutSuspensionSeconds } = settings;
        const values = [lockoutFailures, lockoutWindowSeconds, lockoutSuspensionSeconds, nowMs] as const;
        const row = await transaction.row(insertTenant, customer, ...values);
        if (row === undefined) return 'conflict';
        const { tenant_id: tenantId, sdk_customer_id: sdkCustomerId } = row;
        const record = { chainId: INSTALLATION, act, action: 'tenant.create', target: customer };
        await appendAudit(transaction, { ...record, after: { sdkCustomerId } }, nowMs);
        const apiKeys = await addKeys(transaction, tenantId, keys, act, nowMs);
        return { tenant: { customer, sdkCustomerId, createdAtMs: nowMs }, apiKeys };
      });
    } catch (error) {
      if (isUniqueViolation(error)) return 'conflict';
      throw error;
    }
  },
});
