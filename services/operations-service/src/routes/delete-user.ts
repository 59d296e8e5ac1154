import { deleteUserByIntegrator } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { actOfKey } from '../commands/act-of-key.ts';
import type { RouteDependencies } from './route-dependencies.ts';

/** One transaction with its audit entry; the core-daemon deletes the circuits of what is gone. */
export const registerDeleteUser = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, deleteUserByIntegrator, async ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    const user = { params: { tenantId, userId: params.userId }, body: { act: actOfKey(context) } };
    await backend.serverApi.deleteStoredUser(user, context);
    return { success: true as const };
  });
