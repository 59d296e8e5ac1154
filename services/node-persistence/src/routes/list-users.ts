import { listUsers as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { listUsers } from '../commands/list-users.ts';
import type { MountRoute } from './mount-route.ts';

export const listUsersRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ query }) =>
    listUsers(context, query.tenantId, query.after, query.limit),
  );
