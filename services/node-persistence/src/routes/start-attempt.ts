import { startAttempt as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { startAttempt } from '../commands/start-attempt.ts';
import type { MountRoute } from './mount-route.ts';

export const startAttemptRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) => startAttempt(context, body, body.attemptId));
