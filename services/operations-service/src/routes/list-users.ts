import { listUsersByIntegrator } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';
import { timestampOf } from './timestamp.ts';

const defaultPageSize = 50;

export const registerListUsers = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, listUsersByIntegrator, async ({ query }, context) => {
    const { tenantId } = tenantOf(context.request);
    const limit = query.limit ?? defaultPageSize;
    const after = query.after === undefined ? {} : { after: query.after };
    const page = await backend.listUsers({ tenantId, limit, ...after }, context);
    const last = page.users.at(-1);
    return {
      users: page.users.map(({ createdAtMs, ...user }) => ({ ...user, createdAt: timestampOf(createdAtMs) })),
      ...(last && page.users.length === limit ? { next: last.userId } : {}),
    };
  });
