import { listCircuitPurges as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { listCircuitPurges } from '../commands/list-circuit-purges.ts';
import type { MountRoute } from './mount-route.ts';

export const listCircuitPurgesRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ query }) => listCircuitPurges(context, query.limit));
