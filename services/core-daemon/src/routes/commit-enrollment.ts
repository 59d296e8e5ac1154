import { commitEnrollment as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { commitEnrollment } from '../commands/commit-enrollment.ts';
import type { Mount } from './mount.ts';

export const mountCommitEnrollment: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }, { request, requestId }) =>
    commitEnrollment(deps, tenantOf(request).tenantId, params.enrollmentId, body, { requestId }),
  );
