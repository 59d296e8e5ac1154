import { type EndpointOutput, listUserDevices } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';
import { timestampOf } from './timestamp.ts';

export const registerListUserDevices = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, listUserDevices, async ({ params }, context) => {
    const { tenantId, sdkCustomerId } = tenantOf(context.request);
    const { devices } = await backend.listDevices(tenantId, params.userId, context);
    return devices.map((device): EndpointOutput<typeof listUserDevices>[number] => ({
      userId: device.userId,
      sdkCustomerId,
      publicSigningKey: device.publicSigningKey,
      publicEncryptionKey: device.publicEncryptionKey ?? '',
      state: 'ACTIVE',
      createdAt: timestampOf(device.createdAtMs),
      ...(device.osVersion === undefined ? {} : { osVersion: device.osVersion }),
      ...(device.sdkVersion === undefined ? {} : { sdkVersion: device.sdkVersion }),
      deviceType: device.deviceType,
      deviceOrigin: device.deviceOrigin,
    }));
  });
