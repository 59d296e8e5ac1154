import { enrollmentStatus } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerReadEnrollmentStatus = ({ app, guards, backend }: RouteDependencies): void =>
  registerEndpoint(app, guards, enrollmentStatus, async ({ params }, context) => {
    const { tenantId } = tenantOf(context.request);
    const [keylessId] = await backend.findUsers(tenantId, params.username, context);
    return keylessId === undefined ? { isEnrolled: false } : { isEnrolled: true, keylessId };
  });
