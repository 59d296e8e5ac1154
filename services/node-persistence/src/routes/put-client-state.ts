import { putClientState as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { putClientState } from '../commands/put-client-state.ts';
import type { MountRoute } from './mount-route.ts';

export const putClientStateRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, body }) => putClientState(context, params.userId, body));
