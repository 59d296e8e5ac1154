import { deleteUserEverywhere as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { deleteUserEverywhere } from '../commands/delete-user-everywhere.ts';
import type { Mount } from './mount.ts';

export const mountDeleteUserEverywhere: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ params, query }, { requestId }) => {
    const user = { tenantId: query.tenantId, userId: params.userId };
    return { deletedDevices: await deleteUserEverywhere(deps, user, { requestId }) };
  });
