import { type Database, type Queryable, statement } from '@openrecognize/service-kit/postgres';
import type { DeviceStore } from '../../ports/device-store.ts';
import { idToBytes } from './ids.ts';

// The order of locks is that of a user's deletion. Who starts or finishes an attempt holds the lockout row: from here
// on none of this device is written any more.
const lockUser = statement<{ readonly user_id: Buffer }, [tenantId: number, userId: Buffer]>(
  'delete-device-lock-user',
  'SELECT user_id FROM node_persistence.users WHERE user_id = $2 AND tenant_id = $1 FOR NO KEY UPDATE',
);
const lockLockout = statement<{ readonly user_id: Buffer }, [userId: Buffer]>(
  'delete-device-lock-lockout',
  'SELECT user_id FROM node_persistence.lockouts WHERE user_id = $1 FOR NO KEY UPDATE',
);
const removeDevice = statement<{ readonly device_origin: string }, [userId: Buffer, deviceId: Buffer]>(
  'delete-device',
  'DELETE FROM node_persistence.devices WHERE user_id = $1 AND device_id = $2 RETURNING device_origin',
);
const insertPurge = statement<never, [userId: Buffer, deviceId: Buffer, nowMs: number]>(
  'delete-device-purge',
  `INSERT INTO node_persistence.circuit_purges (user_id, device_id, created_at_ms) VALUES ($1, $2, $3)
   ON CONFLICT DO NOTHING`,
);
const removals = (['enrollments', 'match_tokens'] as const).map((table) =>
  statement<never, [userId: Buffer, deviceId: Buffer]>(
    `delete-device-${table.replaceAll('_', '-')}`,
    `DELETE FROM node_persistence.${table} WHERE user_id = $1 AND device_id = $2`,
  ),
);
// Held by the authentication-service in the place of the device.
const removeClientState = statement<never, [userId: Buffer]>(
  'delete-device-client-state',
  'DELETE FROM node_persistence.client_states WHERE user_id = $1',
);

/** Deletes a device within a transaction. */
export const deleteDeviceRow = async (
  transaction: Queryable,
  tenantId: number,
  userId: string,
  deviceId: string,
  nowMs: number,
): Promise<'deleted' | 'user-not-found' | 'device-not-found'> => {
  const [user, device] = [idToBytes(userId), idToBytes(deviceId)];
  if ((await transaction.row(lockUser, tenantId, user)) === undefined) return 'user-not-found';
  await transaction.row(lockLockout, user);
  const removed = await transaction.row(removeDevice, user, device);
  if (removed === undefined) return 'device-not-found';
  await transaction.execute(insertPurge, user, device, nowMs);
  for (const removal of removals) await transaction.execute(removal, user, device);
  if (removed.device_origin === 'WEB') await transaction.execute(removeClientState, user);
  return 'deleted';
};

export const createPostgresDeviceStore = (database: Database): DeviceStore => ({
  deleteDevice: (tenantId, userId, deviceId, nowMs) =>
    database.transaction((transaction) => deleteDeviceRow(transaction, tenantId, userId, deviceId, nowMs)),
});
