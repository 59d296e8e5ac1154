import { releaseReservation as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { releaseReservation } from '../commands/release-reservation.ts';
import type { MountRoute } from './mount-route.ts';

export const releaseReservationRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, async ({ params }) => {
    await releaseReservation(dependencies, params.authenticationId);
    return undefined;
  });
