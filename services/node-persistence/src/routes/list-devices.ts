import { listDevices as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { listDevices } from '../commands/list-devices.ts';
import type { MountRoute } from './mount-route.ts';

export const listDevicesRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ params, query }) =>
    listDevices(context, query.tenantId, params.userId),
  );
