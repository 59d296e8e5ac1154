import { readDeviceStock as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import type { Mount } from './mount.ts';

export const mountReadDeviceStock: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, ({ params }, { requestId }) =>
    deps.storage.circuitStock({ params }, { requestId }),
  );
