import { beginFurtherDevice as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { beginFurtherDevice } from '../commands/begin-further-device.ts';
import type { Mount } from './mount.ts';

export const mountBeginFurtherDevice: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ body }, { request, requestId }) =>
    beginFurtherDevice(deps, tenantOf(request).tenantId, body, { requestId }),
  );
