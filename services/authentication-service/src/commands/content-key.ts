import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { bytesOfHex, type ContentAlgorithm } from '../ciphers/content-cipher.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';

/** How a caller encrypts a client state it sends, or wants one encrypted that it gets. */
export interface ClientStateEncryption {
  /** RSA key the AES key is wrapped under. */
  readonly keyId: string;
  /** Hex of the wrapped AES-256 key. */
  readonly wrappedKey: string;
  readonly algorithm: ContentAlgorithm;
}

const keyBytes = 32;

/**
 * The caller's AES-256 key.
 *
 * @returns key owned by the caller, who wipes it, and the wrapped bytes it came in.
 * @throws RecognizeError BYTES_INVALID_ENCODING for a header that is no hex; CLIENT_STATE_DECRYPT_FAILED whatever
 * else is wrong with it
 */
export const openClientStateKey = async (
  keys: ImageKeyStore,
  { keyId, wrappedKey }: ClientStateEncryption,
): Promise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }> => {
  const wrapped = bytesOfHex(wrappedKey);
  if (!wrapped) {
    const details = { type: 'bytes_invalid_encoding', header: 'kl-client-state-key' };
    throw new RecognizeError('BYTES_INVALID_ENCODING', { details });
  }
  const key = await keys.unwrap(keyId, wrapped);
  if (key?.length === keyBytes) return { key, wrapped };
  if (key) wipe(key);
  throw new RecognizeError('CLIENT_STATE_DECRYPT_FAILED');
};
