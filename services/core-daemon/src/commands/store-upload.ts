import { bytesToBase64 } from '@openrecognize/bytes';
import type { EndpointInput, storeMatchTokens } from '@openrecognize/contracts';
import { decodeHammingPayload } from '@openrecognize/garbled-circuits';
import { type CheckedUpload, checkUpload } from '@openrecognize/zkb/server';
import type { CallContext } from '../ports/service-port.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { protocolStep } from './protocol-faults.ts';

/** What an upload left behind. */
export interface StoredUpload {
  readonly stored: number;
  /** Ready circuits of the device. */
  readonly stock: number;
}

/** The right under which the vault takes tokens. */
export type UploadAuthorization = EndpointInput<typeof storeMatchTokens>['body']['authorization'];

/**
 * Takes a batch apart and checks its circuits against the enrolled parameters.
 *
 * @throws RecognizeError PROTOCOL_INVALID_MESSAGE, ARTIFACT_MISMATCH
 */
export const readUpload = (
  batch: Uint8Array,
  enrolled: { readonly codeBits: number; readonly threshold: number },
): CheckedUpload => protocolStep('message', () => checkUpload(batch, enrolled, decodeHammingPayload));

/**
 * Tokens to the vault, circuits to the storage (spec 04 ZK-10), in this order: a circuit without its token could
 * never match, a token without its circuit is harmless and the repeated upload completes it.
 *
 * @throws RecognizeError TICKET_INVALID, ENROLLMENT_NOT_FOUND, CONFLICT
 */
export const storeUpload = async (
  { vault, storage }: Pick<CoreDaemonDeps, 'vault' | 'storage'>,
  device: { readonly userId: string; readonly deviceId: string },
  authorization: UploadAuthorization,
  upload: CheckedUpload,
  call: CallContext,
): Promise<StoredUpload> => {
  const { userId, deviceId } = device;
  const tokens = upload.tokens.map(({ circuitIndex, tokenHash }) => ({
    circuitIndex,
    tokenHash: bytesToBase64(tokenHash),
  }));
  await vault.storeMatchTokens({ body: { userId, deviceId, authorization, tokens } }, call);
  const query = authorization.kind === 'enrollment' ? { enrolling: true } : {};
  return storage.storeCircuits({ params: { userId, deviceId }, query, body: upload.storageBatch }, call);
};
