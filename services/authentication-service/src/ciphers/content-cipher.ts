import { BytesError, concatBytes, hexToBytes } from '@openrecognize/bytes';
import { aesGcmOpen, aesGcmSeal } from './aes-gcm.ts';
import { aesGcmSivOpen, aesGcmSivSeal } from './aes-gcm-siv.ts';

/** Ciphers of what callers send and get: 12-byte nonce, ciphertext, 16-byte tag, no additional data. */
export type ContentAlgorithm = 'AES-GCM' | 'AES-GCM-SIV';

const nonceBytes = 12;

/** The bytes of a header; undefined for anything but pairs of hexadecimal digits. */
export const bytesOfHex = (hex: string): Uint8Array | undefined => {
  try {
    return hexToBytes(hex);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
};

/** @returns the plaintext, owned by the caller; undefined for a wrong key and for bytes that were changed. */
export const openContent = (
  algorithm: ContentAlgorithm,
  key: Uint8Array,
  body: Uint8Array,
): Uint8Array | undefined => {
  if (body.length < nonceBytes) return undefined;
  const nonce = body.subarray(0, nonceBytes);
  const sealed = body.subarray(nonceBytes);
  return algorithm === 'AES-GCM' ? aesGcmOpen(key, nonce, sealed) : aesGcmSivOpen(key, nonce, sealed);
};

/**
 * @param key 32 bytes.
 * @param nonce 12 fresh random bytes.
 */
export const sealContent = (
  algorithm: ContentAlgorithm,
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array => {
  const seal = algorithm === 'AES-GCM' ? aesGcmSeal : aesGcmSivSeal;
  return concatBytes(nonce, seal(key, nonce, plaintext));
};
