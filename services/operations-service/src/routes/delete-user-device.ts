import { deleteUserDevice } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { actOfKey } from '../commands/act-of-key.ts';
import { deviceIdOf } from '../commands/device-id-of.ts';
import type { RouteDependencies } from './route-dependencies.ts';

/** One transaction with its audit entry; the core-daemon deletes the circuits of what is gone. */
export const registerDeleteUserDevice = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, deleteUserDevice, async ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    const device = { tenantId, userId: params.userId, deviceId: deviceIdOf(params.publicSigningKey) };
    const input = { params: device, body: { act: actOfKey(context) } };
    await backend.serverApi.deleteStoredDevice(input, context);
    return { success: true as const };
  });
