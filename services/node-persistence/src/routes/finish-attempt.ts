import { finishAttempt as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { finishAttempt } from '../commands/finish-attempt.ts';
import type { MountRoute } from './mount-route.ts';

export const finishAttemptRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }) =>
    finishAttempt(context, params.attemptId, body),
  );
