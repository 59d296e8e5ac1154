import { type Database, statement } from '@openrecognize/service-kit/postgres';
import type { ApiKeyKind, Tenant, TenantStore } from '../../ports/tenant-store.ts';
import { TENANT_COLUMNS, type TenantRow, tenantOf } from './tenant-row.ts';

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
   WHERE t.customer = $1 RETURNING ${TENANT_COLUMNS}`,
);

/** No row: there is a tenant of this name. */
export const insertTenant = statement<
  TenantRow,
  [customer: string, failures: number, windowSeconds: number, suspensionSeconds: number, nowMs: number]
>(
  'insert-tenant',
  `INSERT INTO node_persistence.tenants AS t
     (customer, lockout_failures, lockout_window_seconds, lockout_suspension_seconds, created_at_ms)
   VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT tenants_customer_unique DO NOTHING RETURNING ${TENANT_COLUMNS}`,
);

const selectTenant = statement<TenantRow, [customer: string]>(
  'select-tenant',
  `SELECT ${TENANT_COLUMNS} FROM node_persistence.tenants t WHERE t.customer = $1`,
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

const selectApiKey = statement<
  TenantRow & { readonly kind: ApiKeyKind; readonly last_used_day: number | null },
  [keySha256: Uint8Array]
>(
  'select-api-key',
  `SELECT k.kind, k.last_used_day, ${TENANT_COLUMNS} FROM node_persistence.api_keys k
     JOIN node_persistence.tenants t ON t.tenant_id = k.tenant_id
    WHERE k.key_sha256 = $1 AND k.revoked_at_ms IS NULL`,
);

const touchApiKey = statement<never, [keySha256: Uint8Array, day: number]>(
  'touch-api-key',
  `UPDATE node_persistence.api_keys SET last_used_day = $2
    WHERE key_sha256 = $1 AND (last_used_day IS NULL OR last_used_day < $2)`,
);

const DAY_MS = 86_400_000;

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
    async resolveApiKey(keySha256, nowMs) {
      const row = await database.row(selectApiKey, keySha256);
      if (row === undefined) return undefined;
      const day = Math.floor(nowMs / DAY_MS);
      if (row.last_used_day !== day) await database.execute(touchApiKey, keySha256, day);
      return { kind: row.kind, tenant: tenantOf(row) };
    },
  };
};
