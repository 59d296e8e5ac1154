import { checkDevice as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { checkDevice } from '../commands/check-device.ts';
import type { MountRoute } from './mount-route.ts';

export const checkDeviceRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) => checkDevice(context, body));
