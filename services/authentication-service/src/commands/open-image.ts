import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { bytesOfHex, type ContentAlgorithm, openContent } from '../ciphers/content-cipher.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';

/** A photo as a caller encrypted it. */
export interface EncryptedImage {
  /** RSA key the image key is wrapped under. */
  readonly keyId: string;
  /** Hex of the wrapped AES key. */
  readonly wrappedKey: string;
  readonly algorithm: ContentAlgorithm;
  /** 12-byte nonce, ciphertext, 16-byte tag. */
  readonly body: Uint8Array;
}

/**
 * Decrypts a photo.
 *
 * @returns the photo, owned by the caller, who wipes it.
 * @throws RecognizeError IMAGE_DECRYPT_FAILED whatever is wrong with key, id or ciphertext: which of them must not
 * be told apart
 */
export const openImage = async (keys: ImageKeyStore, encrypted: EncryptedImage): Promise<Uint8Array> => {
  const wrapped = bytesOfHex(encrypted.wrappedKey);
  const key = wrapped && (await keys.unwrap(encrypted.keyId, wrapped));
  if (!key) throw new RecognizeError('IMAGE_DECRYPT_FAILED');
  const image = openContent(encrypted.algorithm, key, encrypted.body);
  wipe(key);
  if (!image) throw new RecognizeError('IMAGE_DECRYPT_FAILED');
  return image;
};
