import { type Database, type Queryable, statement } from '@openrecognize/service-kit/postgres';
import type { DeviceOrigin, DeviceType, ListedDevice, UserStore } from '../../ports/user-store.ts';
import { idFromBytes, idToBytes, present } from './ids.ts';

interface DeviceRow {
  readonly user_id: Buffer;
  /** NULL for a user without devices. */
  readonly device_id: Buffer | null;
  readonly public_signing_key: Buffer;
  readonly public_encryption_key: string | null;
  readonly device_type: DeviceType;
  readonly device_origin: DeviceOrigin;
  readonly os_version: string | null;
  readonly sdk_version: string | null;
  readonly artifact_family: string;
  readonly artifact_version: string;
  readonly created_at_ms: number;
}

interface UserRow {
  readonly user_id: Buffer;
  readonly external_user_id: string | null;
  readonly created_at_ms: number;
  readonly device_count: number;
}

const selectDevices = statement<DeviceRow, [tenantId: number, userId: Buffer]>(
  'list-devices',
  `SELECT u.user_id, d.device_id, d.public_signing_key, d.public_encryption_key, d.device_type, d.device_origin,
          d.os_version, d.sdk_version, d.artifact_family, d.artifact_version, d.created_at_ms
     FROM node_persistence.users u LEFT JOIN node_persistence.devices d ON d.user_id = u.user_id
    WHERE u.user_id = $2 AND u.tenant_id = $1 ORDER BY d.created_at_ms, d.device_id`,
);

const selectUsers = statement<UserRow, [tenantId: number, after: Buffer, limit: number]>(
  'list-users',
  `SELECT u.user_id, u.external_user_id, u.created_at_ms,
          (SELECT count(*)::integer FROM node_persistence.devices d WHERE d.user_id = u.user_id) AS device_count
     FROM node_persistence.users u WHERE u.tenant_id = $1 AND u.user_id > $2 ORDER BY u.user_id LIMIT $3`,
);

const selectExternalUser = statement<{ readonly user_id: Buffer }, [tenantId: number, key: string]>(
  'find-external-user',
  'SELECT user_id FROM node_persistence.users WHERE tenant_id = $1 AND external_user_key = $2',
);

const lockUser = statement<{ readonly user_id: Buffer }, [tenantId: number, userId: Buffer]>(
  'delete-user-lock',
  'SELECT user_id FROM node_persistence.users WHERE user_id = $2 AND tenant_id = $1 FOR UPDATE',
);
// Whoever starts or finishes an attempt holds this row: from here on no attempt is written any more.
const deleteLockout = statement<never, [userId: Buffer]>(
  'delete-user-lockout',
  'DELETE FROM node_persistence.lockouts WHERE user_id = $1',
);
const insertPurges = statement<never, [userId: Buffer, nowMs: number]>(
  'delete-user-purges',
  `INSERT INTO node_persistence.circuit_purges (user_id, device_id, created_at_ms)
   SELECT user_id, device_id, $2::bigint FROM node_persistence.devices WHERE user_id = $1
   UNION SELECT user_id, device_id, $2::bigint FROM node_persistence.enrollments WHERE user_id = $1
   ON CONFLICT DO NOTHING`,
);
const deleteDevices = statement<{ readonly device_id: Buffer }, [userId: Buffer]>(
  'delete-user-devices',
  'DELETE FROM node_persistence.devices WHERE user_id = $1 RETURNING device_id',
);
const forgetOperations = statement<never, [userId: Buffer]>(
  'delete-user-operations',
  `UPDATE node_persistence.operations SET payload = NULL, external_user_id = NULL WHERE user_id = $1`,
);
// The tokens go last but one: devices and enrollments are locked by then, so that none is added behind our back.
const deletions = (['enrollments', 'match_tokens', 'attempts', 'authentications', 'users'] as const).map(
  (table) =>
    statement<never, [userId: Buffer]>(
      `delete-user-${table.replaceAll('_', '-')}`,
      `DELETE FROM node_persistence.${table} WHERE user_id = $1`,
    ),
);

const listedDevice = (row: DeviceRow, deviceId: Buffer): ListedDevice => ({
  userId: idFromBytes(row.user_id),
  deviceId: idFromBytes(deviceId),
  publicSigningKey: row.public_signing_key,
  ...present('publicEncryptionKey', row.public_encryption_key),
  deviceType: row.device_type,
  deviceOrigin: row.device_origin,
  ...present('osVersion', row.os_version),
  ...present('sdkVersion', row.sdk_version),
  artifact: { family: row.artifact_family, version: row.artifact_version },
  createdAtMs: row.created_at_ms,
});

const deleteEverything = async (
  transaction: Queryable,
  user: Buffer,
  nowMs: number,
): Promise<readonly string[]> => {
  await transaction.execute(deleteLockout, user);
  await transaction.execute(insertPurges, user, nowMs);
  const devices = await transaction.rows(deleteDevices, user);
  await transaction.execute(forgetOperations, user);
  for (const deletion of deletions) await transaction.execute(deletion, user);
  return devices.map((row) => idFromBytes(row.device_id));
};

/** Deletes a user within a transaction; undefined: the tenant has none of this id. */
export const deleteUserRow = async (
  transaction: Queryable,
  tenantId: number,
  userId: string,
  nowMs: number,
): Promise<{ readonly deviceIds: readonly string[] } | undefined> => {
  const user = idToBytes(userId);
  const found = await transaction.row(lockUser, tenantId, user);
  return found && { deviceIds: await deleteEverything(transaction, user, nowMs) };
};

export const createPostgresUserStore = (database: Database): UserStore => ({
  async listDevices(tenantId, userId) {
    const rows = await database.rows(selectDevices, tenantId, idToBytes(userId));
    if (rows.length === 0) return undefined;
    return rows.flatMap((row) => (row.device_id === null ? [] : [listedDevice(row, row.device_id)]));
  },
  deleteUser: (tenantId, userId, nowMs) =>
    database.transaction((transaction) => deleteUserRow(transaction, tenantId, userId, nowMs)),
  async listUsers(tenantId, after, limit) {
    const rows = await database.rows(selectUsers, tenantId, idToBytes(after ?? ''), limit);
    return rows.map((row) => ({
      userId: idFromBytes(row.user_id),
      ...present('externalUserId', row.external_user_id),
      createdAtMs: row.created_at_ms,
      deviceCount: row.device_count,
    }));
  },
  async findExternalUser(tenantId, externalUserKey) {
    const rows = await database.rows(selectExternalUser, tenantId, externalUserKey);
    return rows.map((row) => idFromBytes(row.user_id));
  },
});
