import { circuitStock as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { MountRoute } from './mount-route.ts';

export const circuitStockRoute: MountRoute = (app, guards, { dependencies: { circuits, now } }) =>
  registerEndpoint(app, guards, endpoint, ({ params }) => circuits.stockOf(params, now()));
