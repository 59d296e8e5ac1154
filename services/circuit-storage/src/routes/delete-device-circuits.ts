import { deleteDeviceCircuits as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { deleteDeviceCircuits } from '../commands/delete-device-circuits.ts';
import type { MountRoute } from './mount-route.ts';

export const deleteDeviceCircuitsRoute: MountRoute = (app, guards, { dependencies }) =>
  registerEndpoint(app, guards, endpoint, async ({ params, query }, { log }) => ({
    deleted: await deleteDeviceCircuits(dependencies, params, log, {
      forgetUnused: query.neverCounted ?? false,
    }),
  }));
