import {
  deleteStoredDevice,
  deleteStoredUser,
  listStoredAuthentications,
  listStoredLockouts,
  listStoredOperations,
  readStoredUser,
  searchStoredUsers,
  unlockStoredUser,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { externalUserKey } from '../../commands/external-user-key.ts';
import { assertStorableText } from '../../commands/storable-text.ts';
import type { MountRoute } from '../mount-route.ts';
import { foundOr, unlessRefused } from './outcome.ts';

/** Users as an administrator sees them, and what happened to them. */
export const userRoutes: MountRoute = (app, guards, { store, nowMs }) => {
  registerEndpoint(app, guards, searchStoredUsers, async ({ params, query }) => {
    const { externalUserId, ...page } = query;
    assertStorableText(externalUserId, '/externalUserId');
    const key = externalUserId === undefined ? {} : { externalUserKey: externalUserKey(externalUserId) };
    return store.searchUsers(params.tenantId, { ...page, ...key }, nowMs());
  });
  registerEndpoint(app, guards, readStoredUser, async ({ params: { tenantId, userId } }) => {
    const found = foundOr(await store.readUserWithLockout(tenantId, userId, nowMs()), 'USER_NOT_FOUND');
    const devices = foundOr(await store.listDevices(tenantId, userId), 'USER_NOT_FOUND');
    return {
      ...found,
      devices: devices.map(
        ({ userId: _, publicSigningKey: _k, publicEncryptionKey: _e, ...device }) => device,
      ),
    };
  });
  registerEndpoint(app, guards, unlockStoredUser, async ({ params: { tenantId, userId }, body }) => {
    assertStorableText(body.reason, '/reason');
    return foundOr(
      await store.unlockUser(tenantId, userId, body.reason, body.act, nowMs()),
      'USER_NOT_FOUND',
    );
  });
  registerEndpoint(app, guards, deleteStoredUser, async ({ params: { tenantId, userId }, body }) => {
    const outcome = await store.deleteUserAudited(tenantId, userId, body.act, nowMs());
    unlessRefused(outcome, { 'user-not-found': 'USER_NOT_FOUND' });
    return undefined;
  });
  registerEndpoint(app, guards, deleteStoredDevice, async ({ params, body }) => {
    const { tenantId, userId, deviceId } = params;
    const outcome = await store.deleteDeviceAudited(tenantId, userId, deviceId, body.act, nowMs());
    unlessRefused(outcome, { 'user-not-found': 'USER_NOT_FOUND', 'device-not-found': 'DEVICE_NOT_FOUND' });
    return undefined;
  });
  registerEndpoint(app, guards, listStoredLockouts, ({ params, query }) =>
    store.listLockouts(params.tenantId, query.after, query.limit, nowMs()),
  );
  registerEndpoint(app, guards, listStoredAuthentications, ({ params, query }) =>
    store.listAuthenticationHistory(params.tenantId, query),
  );
  registerEndpoint(app, guards, listStoredOperations, ({ params, query }) =>
    store.listOperationHistory(params.tenantId, query),
  );
};
