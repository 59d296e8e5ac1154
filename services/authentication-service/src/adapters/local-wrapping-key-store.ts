import { concatBytes, utf8ToBytes } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';
import type { WrappingContext, WrappingKeyStore } from '../ports/wrapping-key-store.ts';

const version = 1;
const nonceBytes = 12;
const headerBytes = 1 + nonceBytes;
const keyBytes = 32;

/** Customer names have no slash, so no two contexts share their bytes. */
const aadOf = ({ customer, userId }: WrappingContext): Uint8Array => utf8ToBytes(`${customer}/${userId}`);

/**
 * AES-256-GCM under one key of this process: a version byte, the nonce, then ciphertext and tag.
 *
 * @param key 32 bytes, kept.
 */
export const createLocalWrappingKeyStore = (key: Uint8Array): WrappingKeyStore => {
  if (key.length !== keyBytes) {
    throw new RecognizeError('CONFIG_INVALID', { message: 'WRAPPING_KEY must be 32 bytes as hex' });
  }
  return {
    wrap: async (plaintext, context) => {
      const nonce = nodeRandom(nonceBytes);
      const sealed = nodeCryptoSuite.aes256GcmSeal(key, nonce, aadOf(context), plaintext);
      return concatBytes(Uint8Array.of(version), nonce, sealed);
    },
    unwrap: async (wrapped, context) => {
      const isKnown = wrapped.length > headerBytes && wrapped[0] === version;
      const nonce = wrapped.subarray(1, headerBytes);
      const sealed = wrapped.subarray(headerBytes);
      const plaintext = isKnown && nodeCryptoSuite.aes256GcmOpen(key, nonce, aadOf(context), sealed);
      if (!plaintext) throw new RecognizeError('CLIENT_STATE_INVALID');
      return plaintext;
    },
  };
};
