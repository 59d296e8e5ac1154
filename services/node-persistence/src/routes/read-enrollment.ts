import { readEnrollment as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { readEnrollment } from '../commands/read-enrollment.ts';
import type { MountRoute } from './mount-route.ts';

export const readEnrollmentRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params }) => readEnrollment(context, params.enrollmentId));
