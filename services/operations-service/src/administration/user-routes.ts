import {
  deleteAdministeredDevice,
  deleteAdministeredUser,
  listAuthentications,
  listLockouts,
  listOperations,
  readUserDetail,
  searchUsers,
  unlockUser,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { AdministrationDependencies } from './administration-dependencies.ts';
import { actOf, administeredTenant } from './administrator.ts';

const DEFAULT_LIMIT = 50;

const pageOf = <Query extends { readonly limit?: number }>(query: Query) => ({
  ...query,
  limit: query.limit ?? DEFAULT_LIMIT,
});

const registerLists = ({ app, guards, backend }: AdministrationDependencies): void => {
  registerEndpoint(app, guards, searchUsers, async ({ query }, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.searchStoredUsers({ params: { tenantId }, query: pageOf(query) }, { requestId });
  });
  registerEndpoint(app, guards, listLockouts, async ({ query }, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.listStoredLockouts({ params: { tenantId }, query: pageOf(query) }, { requestId });
  });
  registerEndpoint(app, guards, listAuthentications, async ({ query }, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.listStoredAuthentications({ params: { tenantId }, query: pageOf(query) }, { requestId });
  });
  registerEndpoint(app, guards, listOperations, async ({ query }, { request, requestId }) => {
    const { tenantId } = administeredTenant(request);
    return backend.listStoredOperations({ params: { tenantId }, query: pageOf(query) }, { requestId });
  });
};

/** One transaction each; the core-daemon deletes the circuits of what is gone. */
const registerDeletions = ({ app, guards, backend }: AdministrationDependencies): void => {
  registerEndpoint(app, guards, deleteAdministeredUser, async ({ params: { userId } }, context) => {
    const { tenantId } = administeredTenant(context.request);
    await backend.deleteStoredUser({ params: { tenantId, userId }, body: { act: actOf(context) } }, context);
    return undefined;
  });
  registerEndpoint(app, guards, deleteAdministeredDevice, async ({ params }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const input = { params: { tenantId, ...params }, body: { act: actOf(context) } };
    await backend.deleteStoredDevice(input, context);
    return undefined;
  });
};

/** Users as an administrator sees them. */
export const registerUserRoutes = (dependencies: AdministrationDependencies): void => {
  const { app, guards, backend } = dependencies;
  registerLists(dependencies);
  registerDeletions(dependencies);
  registerEndpoint(
    app,
    guards,
    readUserDetail,
    async ({ params: { userId } }, { request, requestId, log }) => {
      const { tenantId } = administeredTenant(request);
      const detail = await backend.readStoredUser({ params: { tenantId, userId } }, { requestId });
      const devices = detail.devices.map(async (device) => {
        const { deviceId } = device;
        try {
          const circuits = await backend.readDeviceStock({ params: { userId, deviceId } }, { requestId });
          return { ...device, circuits };
        } catch (error) {
          // The rest of the page is worth showing while the circuit-storage is away.
          log.warn({ err: error }, 'circuit stock of a device cannot be read');
          return device;
        }
      });
      return { ...detail, devices: await Promise.all(devices) };
    },
  );
  registerEndpoint(app, guards, unlockUser, async ({ params: { userId }, body }, context) => {
    const { tenantId } = administeredTenant(context.request);
    const input = { params: { tenantId, userId }, body: { act: actOf(context), ...body } };
    return backend.unlockStoredUser(input, context);
  });
};
