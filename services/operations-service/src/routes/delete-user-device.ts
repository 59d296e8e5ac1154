import { deleteUserDevice } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerDeleteUserDevice = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, deleteUserDevice, async ({ params }, context) => {
    const { userId, publicSigningKey } = params;
    const { tenantId } = tenantOf(context.request);
    const device = { params: { userId }, query: { tenantId, publicSigningKey } };
    await backend.serverApi.deleteDeviceEverywhere(device, context);
    return { success: true as const };
  });
