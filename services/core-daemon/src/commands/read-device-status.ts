import type { deviceStatus, EndpointInput, EndpointOutput } from '@openrecognize/contracts';
import { deviceStatusSigningInput } from '@openrecognize/zkb/messages';
import type { CallContext } from '../ports/service-port.ts';
import { checkSignedDevice } from './check-signed-device.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { freshnessOf } from './signed-request.ts';

/**
 * Whether user and device are active, for the device itself.
 *
 * @throws RecognizeError REQUEST_EXPIRED, BAD_REQUEST, SIGNATURE_INVALID, USER_NOT_FOUND, DEVICE_NOT_FOUND
 */
export const readDeviceStatus = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  request: EndpointInput<typeof deviceStatus>['body'],
  call: CallContext,
): Promise<EndpointOutput<typeof deviceStatus>> => {
  const { userId, deviceId, publicSigningKey, signature } = request;
  const freshness = freshnessOf(request, deps.clock.now());
  const signingInput = deviceStatusSigningInput(request, freshness);
  const signed = { deviceId, publicSigningKey, signingInput, signature };
  const { lockoutRemainingSeconds } = await checkSignedDevice(deps, { tenantId, userId }, signed, call);
  const { stock } = await deps.storage.circuitStock({ params: { userId, deviceId } }, call);
  return { lockoutRemainingSeconds, stock };
};
