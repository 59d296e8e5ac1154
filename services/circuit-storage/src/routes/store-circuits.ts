import { storeCircuits as endpoint, RecognizeError } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { storeCircuits } from '../commands/store-circuits.ts';
import type { MountRoute } from './mount-route.ts';

export const storeCircuitsRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, async ({ params, body }, { log }) => {
    const batch: unknown = body;
    // Another media type arrives as something else.
    if (!(batch instanceof Uint8Array)) throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
    return storeCircuits(dependencies, { ...params, batch }, log);
  });
