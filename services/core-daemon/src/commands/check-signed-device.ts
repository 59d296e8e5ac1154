import { type EndpointOutput, type nodePersistenceEndpoints, RecognizeError } from '@openrecognize/contracts';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { type SignedInput, verifySignature } from './signed-request.ts';

export type CheckedDevice = EndpointOutput<typeof nodePersistenceEndpoints.checkDevice>;

/**
 * Checks a device's signature and that it is enrolled under the very key it used; both at once, because each takes
 * a call. The signature's verdict goes first, so that a stranger learns nothing about users.
 *
 * @throws RecognizeError SIGNATURE_INVALID, USER_NOT_FOUND, DEVICE_NOT_FOUND
 */
export const checkSignedDevice = async (
  { vault, persistence }: Pick<CoreDaemonDeps, 'vault' | 'persistence'>,
  device: { readonly tenantId: number; readonly userId: string },
  signed: SignedInput,
  call: CallContext,
): Promise<CheckedDevice> => {
  const { tenantId, userId } = device;
  const check = persistence.checkDevice({ body: { tenantId, userId, deviceId: signed.deviceId } }, call);
  // Awaited below, after the signature; until then its failure must not count as unhandled.
  check.catch(() => {});
  await verifySignature(vault, signed, call);
  const checked = await check;
  if (checked.publicSigningKey !== signed.publicSigningKey) throw new RecognizeError('SIGNATURE_INVALID');
  return checked;
};
