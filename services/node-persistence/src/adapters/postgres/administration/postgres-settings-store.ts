import type { ApiKeyInfo } from '@openrecognize/contracts';
import {
  type Database,
  isUniqueViolation,
  type Queryable,
  statement,
} from '@openrecognize/service-kit/postgres';
import type { Static } from 'typebox';
import type {
  AdministrativeAct,
  FullTenantSettings,
  SettingsChanges,
  SettingsStore,
} from '../../../ports/administration-store.ts';
import type { ApiKeyKind } from '../../../ports/tenant-store.ts';
import { present } from '../ids.ts';
import { appendAudit } from './append-audit.ts';
import { SETTING_COLUMNS, type SettingsRow, settingsOf } from './tenant-columns.ts';

const DAY_MS = 86_400_000;

interface VersionedRow extends SettingsRow {
  readonly customer: string;
  readonly settings_version: number;
}

interface ApiKeyRow {
  readonly api_key_id: string;
  readonly kind: ApiKeyKind;
  readonly created_at_ms: number;
  readonly last_used_day: number | null;
  readonly revoked_at_ms: number | null;
}

const columns = Object.values(SETTING_COLUMNS);
const settingNames = Object.keys(SETTING_COLUMNS) as (keyof FullTenantSettings)[];
const VERSIONED = `customer, settings_version, ${columns.join(', ')}`;

const selectSettings = statement<VersionedRow, [tenantId: number]>(
  'read-settings',
  `SELECT ${VERSIONED} FROM node_persistence.tenants WHERE tenant_id = $1`,
);
const lockSettings = statement<VersionedRow, [tenantId: number]>(
  'lock-settings',
  `SELECT ${VERSIONED} FROM node_persistence.tenants WHERE tenant_id = $1 FOR NO KEY UPDATE`,
);
const updateSettings = statement<VersionedRow>(
  'update-settings',
  `UPDATE node_persistence.tenants SET ${columns.map((column, index) => `${column} = $${index + 2}`).join(', ')}
    WHERE tenant_id = $1 RETURNING ${VERSIONED}`,
);

const API_KEY = `encode(substring(key_sha256 FROM 1 FOR 8), 'hex') AS api_key_id, kind, created_at_ms, last_used_day,
  revoked_at_ms`;
const selectApiKeys = statement<ApiKeyRow, [tenantId: number]>(
  'list-api-keys',
  `SELECT ${API_KEY} FROM node_persistence.api_keys WHERE tenant_id = $1 ORDER BY created_at_ms DESC, key_sha256`,
);
const insertKeyRow = statement<
  ApiKeyRow,
  [hash: Uint8Array, tenantId: number, kind: ApiKeyKind, nowMs: number]
>(
  'add-api-key',
  `INSERT INTO node_persistence.api_keys (key_sha256, tenant_id, kind, created_at_ms) VALUES ($1, $2, $3, $4)
   RETURNING ${API_KEY}`,
);
const markRevoked = statement<never, [tenantId: number, apiKeyId: string, nowMs: number]>(
  'revoke-api-key',
  `UPDATE node_persistence.api_keys SET revoked_at_ms = $3
    WHERE tenant_id = $1 AND encode(substring(key_sha256 FROM 1 FOR 8), 'hex') = $2`,
);

const apiKeyOf = (row: ApiKeyRow): Static<typeof ApiKeyInfo> => ({
  apiKeyId: row.api_key_id,
  kind: row.kind,
  createdAtMs: row.created_at_ms,
  ...(row.last_used_day === null
    ? {}
    : { lastUsedDay: new Date(row.last_used_day * DAY_MS).toISOString().slice(0, 10) }),
  ...present('revokedAtMs', row.revoked_at_ms),
});

const versionedOf = (row: VersionedRow) => ({
  customer: row.customer,
  version: row.settings_version,
  settings: settingsOf(row),
});

/** The settings with the changes; null removes an optional one. */
const applyChanges = (settings: FullTenantSettings, changes: SettingsChanges): FullTenantSettings => {
  const next: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete next[name];
    else if (value !== undefined) next[name] = value;
  }
  return next as FullTenantSettings;
};

/** What differs, on both sides; an absent setting shows as null. */
const differenceOf = (before: FullTenantSettings, after: FullTenantSettings) => {
  const changed = settingNames.filter((name) => before[name] !== after[name]);
  const pick = (from: FullTenantSettings) =>
    Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
  return { isChange: changed.length > 0, before: pick(before), after: pick(after) };
};

/** Adds a key with its audit entry within a transaction; a unique violation where the key is known already. */
export const insertApiKey = async (
  transaction: Queryable,
  tenantId: number,
  kind: ApiKeyKind,
  keySha256: Uint8Array,
  act: AdministrativeAct,
  nowMs: number,
): Promise<Static<typeof ApiKeyInfo>> => {
  const key = apiKeyOf((await transaction.row(insertKeyRow, keySha256, tenantId, kind, nowMs))!);
  const record = { chainId: tenantId, act, action: 'api-key.create', target: key.apiKeyId };
  await appendAudit(transaction, { ...record, after: { kind } }, nowMs);
  return key;
};

const createApiKeyAdministration = (
  database: Database,
): Pick<SettingsStore, 'listApiKeys' | 'addApiKey' | 'revokeApiKey'> => ({
  listApiKeys: async (tenantId) => (await database.rows(selectApiKeys, tenantId)).map(apiKeyOf),
  async addApiKey(tenantId, kind, keySha256, act, nowMs) {
    try {
      return await database.transaction(async (transaction) => {
        if ((await transaction.row(lockSettings, tenantId)) === undefined) return 'tenant-not-found' as const;
        return insertApiKey(transaction, tenantId, kind, keySha256, act, nowMs);
      });
    } catch (error) {
      if (isUniqueViolation(error)) return 'conflict';
      throw error;
    }
  },
  revokeApiKey: (tenantId, apiKeyId, act, nowMs) =>
    database.transaction(async (transaction) => {
      // Two revocations of the last two secret keys come one after the other.
      await transaction.row(lockSettings, tenantId);
      const keys = await transaction.rows(selectApiKeys, tenantId);
      const key = keys.find((row) => row.api_key_id === apiKeyId);
      if (key === undefined) return 'not-found';
      if (key.revoked_at_ms !== null) return 'revoked';
      const valid = keys.filter((row) => row.kind === 'secret' && row.revoked_at_ms === null);
      if (key.kind === 'secret' && valid.length === 1) return 'last-secret-key';
      await transaction.execute(markRevoked, tenantId, apiKeyId, nowMs);
      const record = { chainId: tenantId, act, action: 'api-key.revoke', target: apiKeyId };
      await appendAudit(transaction, { ...record, before: { kind: key.kind } }, nowMs);
      return 'revoked';
    }),
});

export const createPostgresSettingsStore = (database: Database): SettingsStore => ({
  ...createApiKeyAdministration(database),
  async readSettings(tenantId) {
    const row = await database.row(selectSettings, tenantId);
    return row === undefined ? undefined : versionedOf(row);
  },
  changeSettings: (tenantId, version, changes, check, act, nowMs) =>
    database.transaction(async (transaction) => {
      const row = await transaction.row(lockSettings, tenantId);
      if (row === undefined) return 'tenant-not-found';
      const present = versionedOf(row);
      if (present.version !== version) return 'conflict';
      const next = applyChanges(present.settings, changes);
      check(next);
      const { isChange, before, after } = differenceOf(present.settings, next);
      if (!isChange) return present;
      const values = settingNames.map((name) => next[name] ?? null);
      const changed = versionedOf((await transaction.row(updateSettings, tenantId, ...values))!);
      const record = { chainId: tenantId, act, action: 'settings.update', target: present.customer };
      await appendAudit(transaction, { ...record, before, after }, nowMs);
      return changed;
    }),
});
