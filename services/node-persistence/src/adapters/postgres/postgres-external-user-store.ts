import {
  type Database,
  isUniqueViolation,
  type Statement,
  statement,
} from '@openrecognize/service-kit/postgres';
import type { AdministrativeAct } from '../../ports/administration-store.ts';
import type { ExternalUser } from '../../ports/enrollment-store.ts';
import type {
  ExternalUserOf,
  ExternalUserStore,
  SetExternalUserOutcome,
} from '../../ports/external-user-store.ts';
import { appendAudit } from './administration/append-audit.ts';
import { idFromBytes, idToBytes, present } from './ids.ts';

interface ExternalUserRow {
  readonly user_id: Buffer;
  readonly external_user_id: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

// One that came with an enrollment has no times of its own.
const COLUMNS = `u.user_id, u.external_user_id,
  coalesce(u.external_user_created_at_ms, u.created_at_ms) AS created_at_ms,
  coalesce(u.external_user_updated_at_ms, u.created_at_ms) AS updated_at_ms`;

type SetValues = [tenantId: number, userId: Buffer, externalUserId: string, key: string, nowMs: number];

const insertExternalUser = statement<ExternalUserRow, SetValues>(
  'create-external-user',
  `UPDATE node_persistence.users u SET external_user_id = $3, external_user_key = $4,
     external_user_created_at_ms = $5::bigint, external_user_updated_at_ms = $5::bigint
   WHERE u.tenant_id = $1 AND u.user_id = $2 AND u.external_user_id IS NULL RETURNING ${COLUMNS}`,
);

const updateExternalUser = statement<ExternalUserRow, SetValues>(
  'change-external-user',
  `UPDATE node_persistence.users u SET external_user_id = $3, external_user_key = $4,
     external_user_created_at_ms = CASE WHEN u.external_user_id IS NULL THEN $5::bigint
       ELSE coalesce(u.external_user_created_at_ms, u.created_at_ms) END,
     external_user_updated_at_ms = CASE WHEN u.external_user_id = $3
       THEN coalesce(u.external_user_updated_at_ms, u.created_at_ms) ELSE $5::bigint END
   WHERE u.tenant_id = $1 AND u.user_id = $2 RETURNING ${COLUMNS}`,
);

const lockUser = statement<{ readonly external_user_id: string | null }, [tenantId: number, userId: Buffer]>(
  'lock-external-user',
  `SELECT external_user_id FROM node_persistence.users WHERE tenant_id = $1 AND user_id = $2 FOR NO KEY UPDATE`,
);

const clearExternalUser = statement<
  { readonly user_id: Buffer },
  [tenantId: number, key: string, externalUserId: string]
>(
  'remove-external-user',
  `UPDATE node_persistence.users SET external_user_id = NULL, external_user_key = NULL,
     external_user_created_at_ms = NULL, external_user_updated_at_ms = NULL
   WHERE tenant_id = $1 AND external_user_key = $2 AND external_user_id = $3 RETURNING user_id`,
);

const selectExternalUser = statement<
  ExternalUserRow & { readonly public_signing_key: Buffer | null },
  [tenantId: number, key: string]
>(
  'read-external-user',
  `SELECT ${COLUMNS}, (
     SELECT d.public_signing_key FROM node_persistence.devices d WHERE d.user_id = u.user_id
      ORDER BY d.created_at_ms, d.device_id LIMIT 1) AS public_signing_key
   FROM node_persistence.users u WHERE u.tenant_id = $1 AND u.external_user_key = $2`,
);

const externalUserOf = (row: ExternalUserRow): ExternalUserOf => ({
  userId: idFromBytes(row.user_id),
  externalUserId: row.external_user_id,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
});

interface Setting {
  readonly tenantId: number;
  readonly userId: string;
  readonly externalUser: ExternalUser;
  readonly act: AdministrativeAct;
  readonly nowMs: number;
}

const setExternalUser = async (
  database: Database,
  set: Statement<ExternalUserRow, SetValues>,
  { tenantId, userId, externalUser, act, nowMs }: Setting,
): Promise<SetExternalUserOutcome> => {
  const user = idToBytes(userId);
  const { externalUserId, key } = externalUser;
  try {
    return await database.transaction(async (transaction) => {
      const before = await transaction.row(lockUser, tenantId, user);
      if (before === undefined) return { outcome: 'user-not-found' };
      const row = await transaction.row(set, tenantId, user, externalUserId, key, nowMs);
      if (row === undefined) return { outcome: 'taken' };
      if (before.external_user_id !== externalUserId) {
        const action = before.external_user_id === null ? 'external-user.create' : 'external-user.update';
        await appendAudit(transaction, { chainId: tenantId, act, action, target: userId }, nowMs);
      }
      return { outcome: 'set', externalUser: externalUserOf(row) };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'users_external_user_unique')) return { outcome: 'taken' };
    throw error;
  }
};

export const createPostgresExternalUserStore = (database: Database): ExternalUserStore => ({
  createExternalUser: (tenantId, userId, externalUser, act, nowMs) =>
    setExternalUser(database, insertExternalUser, { tenantId, userId, externalUser, act, nowMs }),
  changeExternalUser: (tenantId, userId, externalUser, act, nowMs) =>
    setExternalUser(database, updateExternalUser, { tenantId, userId, externalUser, act, nowMs }),
  removeExternalUser: (tenantId, { externalUserId, key }, act, nowMs) =>
    database.transaction(async (transaction) => {
      const rows = await transaction.rows(clearExternalUser, tenantId, key, externalUserId);
      for (const { user_id: user } of rows) {
        const record = { chainId: tenantId, act, action: 'external-user.delete', target: idFromBytes(user) };
        await appendAudit(transaction, record, nowMs);
      }
    }),
  async readExternalUser(tenantId, externalUserKey) {
    const rows = await database.rows(selectExternalUser, tenantId, externalUserKey);
    return rows.map((row) => ({
      ...externalUserOf(row),
      ...present('biometricPublicSigningKey', row.public_signing_key),
    }));
  },
});
