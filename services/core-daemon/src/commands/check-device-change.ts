import type { DeviceChangeInput, RequestFreshness } from '@openrecognize/zkb/messages';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import type { CallContext } from '../ports/service-port.ts';
import { checkSignedDevice } from './check-signed-device.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';

/** The device that answers for a change, as the request names it. */
export interface AnsweringDevice {
  readonly userId: string;
  readonly deviceId: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicSigningKey: string;
  readonly ticket: string;
  /** IEEE P1363, base64. */
  readonly signature: string;
}

/** What is to change, and how it was signed. */
export interface SignedChange {
  readonly inputOf: DeviceChangeInput;
  /** SubjectPublicKeyInfo of the device that comes or goes. */
  readonly otherPublicSigningKey: Uint8Array;
  readonly freshness: RequestFreshness;
}

/**
 * Checks that a device may change the devices of its user (spec 08 DS-9): it is committed, it signed this very change,
 * and its ticket says that it just matched.
 *
 * @throws RecognizeError SIGNATURE_INVALID, USER_NOT_FOUND, DEVICE_NOT_FOUND, TICKET_INVALID
 */
export const checkDeviceChange = async (
  deps: Pick<CoreDaemonDeps, 'vault' | 'persistence'>,
  tenantId: number,
  answering: AnsweringDevice,
  { inputOf, otherPublicSigningKey, freshness }: SignedChange,
  call: CallContext,
): Promise<void> => {
  const { userId, deviceId, publicSigningKey, ticket, signature } = answering;
  const change = { userId, deviceId, otherPublicSigningKey, ticket };
  const signingInput = inputOf(nodeCryptoSuite, change, freshness);
  const signed = { deviceId, publicSigningKey, signingInput, signature };
  await checkSignedDevice(deps, { tenantId, userId }, signed, call);
  await deps.vault.checkRefillTicket({ body: { userId, deviceId, ticket } }, call);
};
