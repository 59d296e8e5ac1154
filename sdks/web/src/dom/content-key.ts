import { base64ToBytes, bytesToBase64, wipe } from '@openrecognize/bytes';
import { type WrappedContentKey, webSessionLimits } from '@openrecognize/contracts/ws';
import { keylessFailure } from '../core/keyless-failure.ts';

/** A key for the frames of one connection. The AES key can't be read back from the browser's key store. */
export interface ContentKey {
  readonly key: CryptoKey;
  readonly wrapped: WrappedContentKey;
}

const RSA_OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;

/**
 * Draws a content key and wraps it under the image encryption key (RFC 8017 §7.1, spec 07 §5).
 *
 * @param id of the image encryption key
 * @param value SubjectPublicKeyInfo, base64 or PEM
 * @throws an `Error` with code `KEY_DECODE_FAILED` as its message, or `EXCEPTION` without a secure context
 */
export async function createContentKey(id: string, value: string): Promise<ContentKey> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    throw keylessFailure('EXCEPTION', { cause: 'Web Crypto needs a secure context (https or localhost)' });
  }
  const publicKey = await importPublicKey(subtle, value);
  const raw = crypto.getRandomValues(new Uint8Array(webSessionLimits.contentKeyBytes));
  try {
    const [key, wrapped] = await Promise.all([
      subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']),
      subtle.encrypt(RSA_OAEP, publicKey, raw),
    ]);
    return { key, wrapped: { id, wrapped: bytesToBase64(new Uint8Array(wrapped)) } };
  } finally {
    wipe(raw);
  }
}

async function importPublicKey(subtle: SubtleCrypto, value: string): Promise<CryptoKey> {
  try {
    const base64 = value.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replace(/\s+/g, '');
    return await subtle.importKey('spki', Uint8Array.from(base64ToBytes(base64)), RSA_OAEP, false, [
      'encrypt',
    ]);
  } catch (cause) {
    throw keylessFailure('KEY_DECODE_FAILED', { cause });
  }
}
