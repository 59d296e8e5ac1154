import { concatBytes, wipe } from '@openrecognize/bytes';
import { encodeTranscript, u32Field } from '../messages/transcript.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { CryptoSuite, RandomSource } from '../suite/crypto-suite.ts';
import { hkdfExpand, keyLabel } from '../suite/hkdf-expand.ts';

/** Where a blob belongs; all of it is authenticated, so a blob can't be served in another's place. */
export interface SealContext {
  readonly kind: 'template' | 'secret';
  readonly userId: string;
  readonly deviceId: string;
  readonly epoch: number;
}

const nonceBytes = 12;

const blobKey = (suite: CryptoSuite, sealKey: Uint8Array, context: SealContext): Uint8Array =>
  hkdfExpand(suite, sealKey, keyLabel(`seal ${context.kind}`, u32Field(context.epoch)));

const blobAad = (context: SealContext): Uint8Array =>
  encodeTranscript(`seal ${context.kind}`, [context.userId, context.deviceId, u32Field(context.epoch)]);

/**
 * Seals a blob that the server keeps and releases after a match (spec 04 §3.4): nonce, then AES-256-GCM.
 *
 * @param sealKey 32 bytes; plaintext: neither is modified or retained.
 */
export const sealBlob = (
  suite: CryptoSuite,
  random: RandomSource,
  sealKey: Uint8Array,
  context: SealContext,
  plaintext: Uint8Array,
): Uint8Array => {
  const nonce = random(nonceBytes);
  const key = blobKey(suite, sealKey, context);
  const sealed = suite.aes256GcmSeal(key, nonce, blobAad(context), plaintext);
  wipe(key);
  return concatBytes(nonce, sealed);
};

/**
 * Opens a sealed blob.
 *
 * @returns plaintext owned by the caller, who wipes it.
 * @throws ProtocolError SEAL_REFUSED for anything but the very blob sealed for this context.
 */
export const openBlob = (
  suite: CryptoSuite,
  sealKey: Uint8Array,
  context: SealContext,
  blob: Uint8Array,
): Uint8Array => {
  const key = blobKey(suite, sealKey, context);
  const plaintext = suite.aes256GcmOpen(
    key,
    blob.subarray(0, nonceBytes),
    blobAad(context),
    blob.subarray(nonceBytes),
  );
  wipe(key);
  if (!plaintext) throw new ProtocolError('SEAL_REFUSED', 'sealed blob does not open in this context');
  return plaintext;
};
