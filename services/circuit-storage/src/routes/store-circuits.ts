import { storeCircuits as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { storeCircuits } from '../commands/store-circuits.ts';
import type { MountRoute } from './mount-route.ts';

export const storeCircuitsRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, ({ params, query, body }, { log }) =>
    storeCircuits(dependencies, { ...params, batch: body, enrolling: query.enrolling }, log),
  );
