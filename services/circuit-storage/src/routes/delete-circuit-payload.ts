import { deleteCircuitPayload as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { deleteCircuitPayload } from '../commands/delete-circuit-payload.ts';
import { circuitOf } from './circuit-of.ts';
import type { MountRoute } from './mount-route.ts';

export const deleteCircuitPayloadRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, async ({ params }) => {
    await deleteCircuitPayload(dependencies, circuitOf(params));
    return undefined;
  });
