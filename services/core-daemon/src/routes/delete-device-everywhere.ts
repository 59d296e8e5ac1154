import { deleteDeviceEverywhere as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { deleteDeviceEverywhere } from '../commands/delete-device-everywhere.ts';
import type { Mount } from './mount.ts';

export const mountDeleteDeviceEverywhere: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ params, query }, { requestId }) => {
    const user = { tenantId: query.tenantId, userId: params.userId };
    return deleteDeviceEverywhere(deps, user, query.publicSigningKey, { requestId });
  });
