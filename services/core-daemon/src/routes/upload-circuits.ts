import { uploadCircuits as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { uploadCircuits } from '../commands/upload-circuits.ts';
import type { Mount } from './mount.ts';
import { timed } from './timed.ts';

export const mountUploadCircuits: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ params, headers, body }, { request, requestId }) => {
    const { userId, deviceId } = params;
    const upload = { userId, deviceId, ticket: headers['x-refill-ticket'], batch: body };
    return timed(
      () => uploadCircuits(deps, tenantOf(request).tenantId, upload, { requestId }),
      (seconds) => deps.timings.sendCircuit(seconds),
    );
  });
