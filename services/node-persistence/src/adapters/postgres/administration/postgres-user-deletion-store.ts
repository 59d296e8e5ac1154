import type { Database } from '@openrecognize/service-kit/postgres';
import type { UserDeletionStore } from '../../../ports/administration-store.ts';
import { deleteDeviceRow } from '../postgres-device-store.ts';
import { deleteUserRow } from '../postgres-user-store.ts';
import { appendAudit } from './append-audit.ts';

export const createPostgresUserDeletionStore = (database: Database): UserDeletionStore => ({
  deleteUserAudited: (tenantId, userId, act, nowMs) =>
    database.transaction(async (transaction) => {
      const deleted = await deleteUserRow(transaction, tenantId, userId, nowMs);
      if (deleted === undefined) return 'user-not-found';
      const before = { deviceIds: deleted.deviceIds };
      const record = { chainId: tenantId, act, action: 'user.delete', target: userId, before };
      await appendAudit(transaction, record, nowMs);
      return 'deleted';
    }),
  deleteDeviceAudited: (tenantId, userId, deviceId, act, nowMs) =>
    database.transaction(async (transaction) => {
      const outcome = await deleteDeviceRow(transaction, tenantId, userId, deviceId, nowMs);
      if (outcome !== 'deleted') return outcome;
      const record = {
        chainId: tenantId,
        act,
        action: 'device.delete',
        target: deviceId,
        before: { userId },
      };
      await appendAudit(transaction, record, nowMs);
      return outcome;
    }),
});
