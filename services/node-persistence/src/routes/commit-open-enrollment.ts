import { commitOpenEnrollment as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { commitOpenEnrollment } from '../commands/commit-open-enrollment.ts';
import type { MountRoute } from './mount-route.ts';

export const commitOpenEnrollmentRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }) =>
    commitOpenEnrollment(context, params.enrollmentId, body.tenantId),
  );
