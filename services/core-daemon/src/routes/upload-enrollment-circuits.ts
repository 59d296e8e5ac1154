import { uploadEnrollmentCircuits as endpoint } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { uploadEnrollmentCircuits } from '../commands/upload-enrollment-circuits.ts';
import type { Mount } from './mount.ts';
import { timed } from './timed.ts';

export const mountUploadEnrollmentCircuits: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ params, headers, body }, { request, requestId }) => {
    const upload = {
      enrollmentId: params.enrollmentId,
      signature: headers['x-device-signature'],
      batch: body,
    };
    return timed(
      () => uploadEnrollmentCircuits(deps, tenantOf(request).tenantId, upload, { requestId }),
      (seconds) => deps.timings.sendCircuit(seconds),
    );
  });
