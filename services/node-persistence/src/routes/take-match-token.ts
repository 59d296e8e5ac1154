import { takeMatchToken as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { takeMatchToken } from '../commands/take-match-token.ts';
import type { MountRoute } from './mount-route.ts';

export const takeMatchTokenRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) =>
    takeMatchToken(context, body.userId, body.deviceId, body.circuitIndex),
  );
