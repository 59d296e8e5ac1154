import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes, wipe } from '@openrecognize/bytes';

const tagBytes = 16;

/**
 * Opens AES-GCM (SP 800-38D) without additional data.
 *
 * @param key 16, 24 or 32 bytes.
 * @param nonce 12 bytes.
 * @param sealed ciphertext followed by the 16-byte tag.
 * @returns the plaintext, owned by the caller; undefined for keys of other sizes and for a tag that does not verify.
 */
export const aesGcmOpen = (
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined => {
  const bits = key.length * 8;
  if ((bits !== 128 && bits !== 192 && bits !== 256) || sealed.length < tagBytes) return undefined;
  const decipher = createDecipheriv(`aes-${bits}-gcm`, key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    decipher.final();
  } catch {
    wipe(plaintext);
    return undefined;
  }
  return plaintext;
};

/**
 * Seals with AES-256-GCM (SP 800-38D) without additional data.
 *
 * @param key 32 bytes.
 * @param nonce 12 bytes, never used with this key before.
 * @returns ciphertext followed by the 16-byte tag.
 */
export const aesGcmSeal = (key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
};
