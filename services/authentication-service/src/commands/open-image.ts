import { BytesError, hexToBytes, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { aesGcmOpen } from '../ciphers/aes-gcm.ts';
import { aesGcmSivOpen } from '../ciphers/aes-gcm-siv.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';

/** A photo as a caller encrypted it. */
export interface EncryptedImage {
  /** RSA key the image key is wrapped under. */
  readonly keyId: string;
  /** Hex of the wrapped AES key. */
  readonly wrappedKey: string;
  readonly algorithm: 'AES-GCM' | 'AES-GCM-SIV';
  /** 12-byte nonce, ciphertext, 16-byte tag. */
  readonly body: Uint8Array;
}

const nonceBytes = 12;

const bytesOfHex = (hex: string): Uint8Array | undefined => {
  try {
    return hexToBytes(hex);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
};

const decrypt = ({ algorithm, body }: EncryptedImage, key: Uint8Array): Uint8Array | undefined => {
  if (body.length < nonceBytes) return undefined;
  const nonce = body.subarray(0, nonceBytes);
  const sealed = body.subarray(nonceBytes);
  return algorithm === 'AES-GCM' ? aesGcmOpen(key, nonce, sealed) : aesGcmSivOpen(key, nonce, sealed);
};

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
  const image = decrypt(encrypted, key);
  wipe(key);
  if (!image) throw new RecognizeError('IMAGE_DECRYPT_FAILED');
  return image;
};
