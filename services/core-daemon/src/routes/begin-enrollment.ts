import { beginEnrollment as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { beginEnrollment } from '../commands/begin-enrollment.ts';
import type { Mount } from './mount.ts';

export const mountBeginEnrollment: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ body }, { request, requestId }) =>
    beginEnrollment(deps, tenantOf(request).tenantId, body, { requestId }),
  );
