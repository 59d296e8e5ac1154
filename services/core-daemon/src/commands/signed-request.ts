import { base64ToBytes } from '@openrecognize/bytes';
import { limits, RecognizeError } from '@openrecognize/contracts';
import type { RequestFreshness } from '@openrecognize/zkb/messages';
import type { AuthVault } from '../ports/auth-vault.ts';
import type { CallContext } from '../ports/service-port.ts';

const REQUEST_NONCE_BYTES = 16;
/** What the vault's contract takes as a message. */
const MAX_SIGNING_INPUT_BYTES = 2048;

/**
 * Bytes of a base64 field of known length.
 *
 * @throws RecognizeError BAD_REQUEST naming the field
 */
export const bytesOf = (text: string, field: string, lengthBytes?: number): Uint8Array => {
  let bytes: Uint8Array | undefined;
  try {
    bytes = base64ToBytes(text);
  } catch {
    // Reported below, without the value.
  }
  if (bytes === undefined || (lengthBytes !== undefined && bytes.length !== lengthBytes)) {
    throw new RecognizeError('BAD_REQUEST', { details: { path: field, rule: 'base64' } });
  }
  return bytes;
};

/**
 * The freshness a device signed (spec 04 ZK-12).
 *
 * @param nowMs milliseconds since the epoch.
 * @throws RecognizeError REQUEST_EXPIRED when the clocks are more than `limits.maxClockSkewMs` apart, BAD_REQUEST
 */
export const freshnessOf = (
  request: { readonly timestampMs: number; readonly requestNonce: string },
  nowMs: number,
): RequestFreshness => {
  if (Math.abs(nowMs - request.timestampMs) > limits.maxClockSkewMs) {
    throw new RecognizeError('REQUEST_EXPIRED', {
      details: { serverTimeMs: nowMs, maxClockSkewMs: limits.maxClockSkewMs },
    });
  }
  return {
    timestampMs: request.timestampMs,
    requestNonce: bytesOf(request.requestNonce, 'body.requestNonce', REQUEST_NONCE_BYTES),
  };
};

/** A signature and what it is said to be of. */
export interface SignedInput {
  readonly deviceId: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicSigningKey: string;
  readonly signingInput: Uint8Array;
  /** IEEE P1363, base64. */
  readonly signature: string;
}

/**
 * Has the vault check that the key names the device and signed the input (spec 04 ZK-1).
 *
 * @param willSign a JWT will be asked for next: refused at once if the vault can't sign.
 * @throws RecognizeError SIGNATURE_INVALID, JWT_SIGN_FAILED, PAYLOAD_TOO_LARGE for an input longer than the vault takes
 */
export const verifySignature = async (
  vault: Pick<AuthVault, 'verifyDeviceSignature'>,
  { deviceId, publicSigningKey, signingInput, signature }: SignedInput,
  call: CallContext,
  { willSign = false }: { readonly willSign?: boolean } = {},
): Promise<void> => {
  if (signingInput.length > MAX_SIGNING_INPUT_BYTES) throw new RecognizeError('PAYLOAD_TOO_LARGE');
  // A signing input holds no secret, so Node's own, faster encoder will do.
  const message = Buffer.from(signingInput.buffer, signingInput.byteOffset, signingInput.length).toString(
    'base64',
  );
  const claim = { deviceId, publicSigningKey, message, signature, ...(willSign ? { willSign } : {}) };
  await vault.verifyDeviceSignature({ body: claim }, call);
};
