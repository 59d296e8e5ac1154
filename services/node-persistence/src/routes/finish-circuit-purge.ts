import { finishCircuitPurge as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { finishCircuitPurge } from '../commands/finish-circuit-purge.ts';
import type { MountRoute } from './mount-route.ts';

export const finishCircuitPurgeRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params }) =>
    finishCircuitPurge(context, params.userId, params.deviceId),
  );
