import { deriveDeviceId } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import type { TenantUser } from './delete-user-everywhere.ts';
import { purgeDevices } from './purge-circuits.ts';
import { bytesOf } from './signed-request.ts';

const SPKI_BYTES = 91;

/**
 * Deletes the device of a key; from then on it can't authenticate. Its circuits are deleted behind the answer, and
 * by the purge job if that fails.
 *
 * @param publicSigningKey SubjectPublicKeyInfo, base64.
 * @throws RecognizeError USER_NOT_FOUND, DEVICE_NOT_FOUND, BAD_REQUEST
 */
export const deleteDeviceEverywhere = async (
  deps: Pick<CoreDaemonDeps, 'persistence' | 'storage' | 'background'>,
  { tenantId, userId }: TenantUser,
  publicSigningKey: string,
  call: CallContext,
): Promise<undefined> => {
  const spki = bytesOf(publicSigningKey, 'query.publicSigningKey', SPKI_BYTES);
  const deviceId = deriveDeviceId(nodeCryptoSuite, spki);
  await deps.persistence.deleteDevice({ params: { userId, deviceId }, query: { tenantId } }, call);
  deps.background.run(() => purgeDevices(deps, [{ userId, deviceId }], call));
};
