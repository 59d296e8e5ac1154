import { readClientState as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { readClientState } from '../commands/read-client-state.ts';
import type { MountRoute } from './mount-route.ts';

export const readClientStateRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, query }) =>
    readClientState(context, query.tenantId, params.userId),
  );
