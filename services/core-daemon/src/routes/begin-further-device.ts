import { beginFurtherDevice as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { beginFurtherDevice } from '../commands/begin-further-device.ts';
import { proveExternalUser } from '../commands/prove-external-user.ts';
import { enrollingCallerOf } from './enrolling-caller.ts';
import type { Mount } from './mount.ts';

export const mountBeginFurtherDevice: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ body }, { request, requestId }) => {
    const proven = await proveExternalUser(deps.identityTokens, enrollingCallerOf(request), body);
    return beginFurtherDevice(deps, tenantOf(request).tenantId, proven, { requestId });
  });
