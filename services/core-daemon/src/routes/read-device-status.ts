import { deviceStatus } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { readDeviceStatus } from '../commands/read-device-status.ts';
import type { Mount } from './mount.ts';

export const mountReadDeviceStatus: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, deviceStatus, ({ body }, { request, requestId }) =>
    readDeviceStatus(deps, tenantOf(request).tenantId, body, { requestId }),
  );
