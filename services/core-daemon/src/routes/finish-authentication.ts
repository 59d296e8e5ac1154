import { finishAuthentication as endpoint, isRecognizeError } from '@openrecognize/contracts';
import { registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { finishAuthentication } from '../commands/finish-authentication.ts';
import type { Mount } from './mount.ts';
import { timed } from './timed.ts';

const resultOf = (error: unknown): 'match' | 'no-match' | 'error' => {
  if (error === undefined) return 'match';
  return isRecognizeError(error) && error.code === 'FAILED_TO_AUTHENTICATE_USER' ? 'no-match' : 'error';
};

export const mountFinishAuthentication: Mount = (app, guards, deps) =>
  registerEndpoint(app, guards, endpoint, async ({ params, body }, { request, requestId }) => {
    const step = { authenticationId: params.authenticationId, message: body };
    return timed(
      () => finishAuthentication(deps, tenantOf(request), step, { requestId }),
      (seconds, error) => deps.timings.userAuth(seconds, resultOf(error)),
    );
  });
