import { deleteUserByIntegrator } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerDeleteUser = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, deleteUserByIntegrator, async ({ params }, context) => {
    await backend.deleteUser(tenantOf(context.request).tenantId, params.userId, context);
    return { success: true as const };
  });
