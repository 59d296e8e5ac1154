import { beginAuthentication as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { beginAuthentication } from '../commands/begin-authentication.ts';
import type { Mount } from './mount.ts';
import { timed } from './timed.ts';

export const mountBeginAuthentication: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ body }, { request, requestId }) =>
    timed(
      () => beginAuthentication(deps, tenantOf(request).tenantId, body, { requestId }),
      (seconds) => deps.timings.deviceAuth(seconds),
    ),
  );
