import { removeDevice as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { removeDevice } from '../commands/remove-device.ts';
import type { Mount } from './mount.ts';

export const mountRemoveDevice: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ body }, { request, requestId }) =>
    removeDevice(deps, tenantOf(request).tenantId, body, { requestId }),
  );
