import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { ApiKeyKind, Tenant, TenantStore } from '../../ports/tenant-store.ts';

interface TenantRow {
  readonly tenant_id: number;
  readonly customer: string;
  readonly sdk_customer_id: number;
  readonly lockout_failures: number;
  readonly lockout_window_seconds: number;
  readonly lockout_suspension_seconds: number;
}

const COLUMNS = `t.tenant_id, t.customer, t.sdk_customer_id, t.lockout_failures, t.lockout_window_seconds,
  t.lockout_suspension_seconds`;

type Change = number | null;

const updateTenant = statement<
  TenantRow,
  [customer: string, failures: Change, window: Change, suspension: Change]
>(
  'update-tenant',
  `UPDATE node_persistence.tenants t SET
     lockout_failures = coalesce($2, t.lockout_failures),
     lockout_window_seconds = coalesce($3, t.lockout_window_seconds),
     lockout_suspension_seconds = coalesce($4, t.lockout_suspension_seconds)
   WHERE t.customer = $1 RETURNING ${COLUMNS}`,
);

const insertTenant = statement<
  TenantRow,
  [customer: string, failures: number, windowSeconds: number, suspensionSeconds: number, nowMs: number]
>(
  'insert-tenant',
  `INSERT INTO node_persistence.tenants AS t
     (customer, lockout_failures, lockout_window_seconds, lockout_suspension_seconds, created_at_ms)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT tenants_customer_unique DO NOTHING RETURNING ${COLUMNS}`,
);

const selectTenant = statement<TenantRow, [customer: string]>(
  'select-tenant',
  `SELECT ${COLUMNS} FROM node_persistence.tenants t WHERE t.customer = $1`,
);

const insertApiKey = statement<
  { readonly tenant_id: number },
  [customer: string, keySha256: Uint8Array, kind: ApiKeyKind, nowMs: number]
>(
  'insert-api-key',
  `INSERT INTO node_persistence.api_keys AS k (key_sha256, tenant_id, kind, created_at_ms)
   SELECT $2, t.tenant_id, $3, $4 FROM node_persistence.tenants t WHERE t.customer = $1
   ON CONFLICT (key_sha256) DO UPDATE SET created_at_ms = k.created_at_ms
     WHERE k.tenant_id = excluded.tenant_id AND k.kind = excluded.kind
   RETURNING k.tenant_id`,
);

const selectApiKey = statement<TenantRow & { readonly kind: ApiKeyKind }, [keySha256: Uint8Array]>(
  'select-api-key',
  `SELECT k.kind, ${COLUMNS} FROM node_persistence.api_keys k
     JOIN node_persistence.tenants t ON t.tenant_id = k.tenant_id WHERE k.key_sha256 = $1`,
);

const tenantOf = (row: TenantRow): Tenant => ({
  tenantId: row.tenant_id,
  customer: row.customer,
  sdkCustomerId: row.sdk_customer_id,
  settings: {
    lockoutFailures: row.lockout_failures,
    lockoutWindowSeconds: row.lockout_window_seconds,
    lockoutSuspensionSeconds: row.lockout_suspension_seconds,
  },
});

export const createPostgresTenantStore = (database: Database): TenantStore => {
  const readTenant = async (customer: string): Promise<Tenant | undefined> => {
    const row = await database.row(selectTenant, customer);
    return row === undefined ? undefined : tenantOf(row);
  };
  return {
    readTenant,
    async putTenant(customer, changes, defaults, nowMs) {
      const { lockoutFailures, lockoutWindowSeconds, lockoutSuspensionSeconds } = changes;
      const update = (): Promise<TenantRow | undefined> =>
        database.row(
          updateTenant,
          customer,
          lockoutFailures ?? null,
          lockoutWindowSeconds ?? null,
          lockoutSuspensionSeconds ?? null,
        );
      const insert = (): Promise<TenantRow | undefined> =>
        database.row(
          insertTenant,
          customer,
          lockoutFailures ?? defaults.lockoutFailures,
          lockoutWindowSeconds ?? defaults.lockoutWindowSeconds,
          lockoutSuspensionSeconds ?? defaults.lockoutSuspensionSeconds,
          nowMs,
        );
      // Update first: an upsert would draw a tenant number and a customer number each time. The third statement runs
      // only when someone else inserted in between.
      const row = (await update()) ?? (await insert()) ?? (await update());
      return tenantOf(row!);
    },
    async putApiKey(customer, kind, keySha256, nowMs) {
      const stored = await database.row(insertApiKey, customer, keySha256, kind, nowMs);
      if (stored !== undefined) return 'stored';
      return (await readTenant(customer)) === undefined ? 'tenant-not-found' : 'conflict';
    },
    async resolveApiKey(keySha256) {
      const row = await database.row(selectApiKey, keySha256);
      return row === undefined ? undefined : { kind: row.kind, tenant: tenantOf(row) };
    },
  };
};
