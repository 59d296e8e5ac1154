import {
  type BeginAuthenticationRequest,
  type EndpointOutput,
  type beginAuthentication as endpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import { beginAuthenticationSigningInput } from '@openrecognize/zkb/messages';
import type { CallContext } from '../ports/service-port.ts';
import { checkSignedDevice } from './check-signed-device.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { freshnessOf } from './signed-request.ts';

/**
 * Step 1, "device auth" (spec 04 §5.2): reserves a circuit for a device that signed and is not locked out. Repeating
 * the request yields the same reservation.
 *
 * @throws RecognizeError REQUEST_EXPIRED, BAD_REQUEST, SIGNATURE_INVALID, USER_NOT_FOUND, DEVICE_NOT_FOUND,
 * LOCKED_OUT, NOT_ENOUGH_CIRCUITS, REPLAY_REFUSED
 */
export const beginAuthentication = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  request: BeginAuthenticationRequest,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const { userId, deviceId, publicSigningKey, nextIndex, requestNonce, signature } = request;
  const freshness = freshnessOf(request, deps.clock.now());
  const signingInput = beginAuthenticationSigningInput(request, nextIndex, freshness);
  const signed = { deviceId, publicSigningKey, signingInput, signature };
  const { lockoutRemainingSeconds } = await checkSignedDevice(deps, { tenantId, userId }, signed, call);
  // Before the reservation: a suspended user costs no circuit (spec 04 ZK-14).
  if (lockoutRemainingSeconds > 0) {
    throw new RecognizeError('LOCKED_OUT', {
      details: { lockoutRemainingSeconds, retryAfterSeconds: lockoutRemainingSeconds },
    });
  }
  const { leaseSeconds } = deps.settings;
  return deps.storage.reserveCircuit(
    { body: { userId, deviceId, nextIndex, requestNonce, leaseSeconds } },
    call,
  );
};
