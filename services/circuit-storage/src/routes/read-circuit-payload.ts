import { readCircuitPayload as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { readCircuitPayload } from '../commands/read-circuit-payload.ts';
import { circuitOf } from './circuit-of.ts';
import type { MountRoute } from './mount-route.ts';

export const readCircuitPayloadRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, ({ params }, { log }) =>
    readCircuitPayload(dependencies, circuitOf(params), log),
  );
