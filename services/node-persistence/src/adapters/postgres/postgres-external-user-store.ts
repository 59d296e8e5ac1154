import {
  type Database,
  isUniqueViolation,
  type Statement,
  statement,
} from '@openrecognize/service-kit/postgres';
import type {
  ExternalUserOf,
  ExternalUserStore,
  SetExternalUserOutcome,
} from '../../ports/external-user-store.ts';
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

const userExists = statement<{ readonly found: boolean }, [tenantId: number, userId: Buffer]>(
  'external-user-exists',
  'SELECT EXISTS (SELECT FROM node_persistence.users WHERE tenant_id = $1 AND user_id = $2) AS found',
);

const clearExternalUser = statement<never, [tenantId: number, key: string, externalUserId: string]>(
  'remove-external-user',
  `UPDATE node_persistence.users SET external_user_id = NULL, external_user_key = NULL,
     external_user_created_at_ms = NULL, external_user_updated_at_ms = NULL
   WHERE tenant_id = $1 AND external_user_key = $2 AND external_user_id = $3`,
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

const setExternalUser = async (
  database: Database,
  set: Statement<ExternalUserRow, SetValues>,
  ...values: SetValues
): Promise<SetExternalUserOutcome> => {
  try {
    const row = await database.row(set, ...values);
    if (row !== undefined) return { outcome: 'set', externalUser: externalUserOf(row) };
  } catch (error) {
    if (isUniqueViolation(error, 'users_external_user_unique')) return { outcome: 'taken' };
    throw error;
  }
  const [tenantId, user] = values;
  const { found } = (await database.row(userExists, tenantId, user))!;
  return { outcome: found ? 'taken' : 'user-not-found' };
};

export const createPostgresExternalUserStore = (database: Database): ExternalUserStore => ({
  createExternalUser: (tenantId, userId, { externalUserId, key }, nowMs) =>
    setExternalUser(database, insertExternalUser, tenantId, idToBytes(userId), externalUserId, key, nowMs),
  changeExternalUser: (tenantId, userId, { externalUserId, key }, nowMs) =>
    setExternalUser(database, updateExternalUser, tenantId, idToBytes(userId), externalUserId, key, nowMs),
  async removeExternalUser(tenantId, { externalUserId, key }) {
    await database.execute(clearExternalUser, tenantId, key, externalUserId);
  },
  async readExternalUser(tenantId, externalUserKey) {
    const rows = await database.rows(selectExternalUser, tenantId, externalUserKey);
    return rows.map((row) => ({
      ...externalUserOf(row),
      ...present('biometricPublicSigningKey', row.public_signing_key),
    }));
  },
});
