import { openEnrollment as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { openEnrollment } from '../commands/open-enrollment.ts';
import type { MountRoute } from './mount-route.ts';

export const openEnrollmentRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) => openEnrollment(context, body));
