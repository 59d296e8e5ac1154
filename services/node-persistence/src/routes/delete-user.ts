import { deleteUser as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { deleteUser } from '../commands/delete-user.ts';
import type { MountRoute } from './mount-route.ts';

export const deleteUserRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, query }) =>
    deleteUser(context, query.tenantId, params.userId),
  );
