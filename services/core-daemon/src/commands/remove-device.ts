import { RecognizeError, type RemoveDeviceRequest } from '@openrecognize/contracts';
import { removeDeviceSigningInput } from '@openrecognize/zkb/messages';
import type { CallContext } from '../ports/service-port.ts';
import { checkDeviceChange } from './check-device-change.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { deleteDeviceEverywhere } from './delete-device-everywhere.ts';
import { bytesOf, freshnessOf } from './signed-request.ts';

const SPKI_BYTES = 91;

/**
 * Removes another device of a user who just matched (spec 08 DS-9).
 *
 * @throws RecognizeError as `checkDeviceChange`; INVALID_INPUT when a device names itself, DEVICE_NOT_FOUND
 */
export const removeDevice = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  request: RemoveDeviceRequest,
  call: CallContext,
): Promise<undefined> => {
  const { userId, removedPublicSigningKey, publicSigningKey } = request;
  if (removedPublicSigningKey === publicSigningKey) throw new RecognizeError('INVALID_INPUT');
  const change = {
    inputOf: removeDeviceSigningInput,
    otherPublicSigningKey: bytesOf(removedPublicSigningKey, 'body.removedPublicSigningKey', SPKI_BYTES),
    freshness: freshnessOf(request, deps.clock.now()),
  };
  await checkDeviceChange(deps, tenantId, request, change, call);
  return deleteDeviceEverywhere(deps, { tenantId, userId }, removedPublicSigningKey, call);
};
