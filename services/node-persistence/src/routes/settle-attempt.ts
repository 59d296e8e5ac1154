import { settleAttempt as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { settleAttempt } from '../commands/settle-attempt.ts';
import type { MountRoute } from './mount-route.ts';

export const settleAttemptRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }) =>
    settleAttempt(context, params.attemptId, body),
  );
