import { beginEnrollment as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { beginEnrollment } from '../commands/begin-enrollment.ts';
import { proveExternalUser } from '../commands/prove-external-user.ts';
import { enrollingCallerOf } from './enrolling-caller.ts';
import type { Mount } from './mount.ts';

export const mountBeginEnrollment: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ body }, { request, requestId }) => {
    const proven = await proveExternalUser(deps.identityTokens, enrollingCallerOf(request), body);
    return beginEnrollment(deps, tenantOf(request).tenantId, proven, { requestId });
  });
