import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
} from 'node:crypto';
import type { CryptoSuite, RandomSource } from '../suite/crypto-suite.ts';

const tagBytes = 16;
/** A fresh array with its own buffer: results must not share Node's buffer pool. */
const own = (buffer: Uint8Array): Uint8Array => new Uint8Array(buffer);

/** `CryptoSuite` on `node:crypto`. */
export const nodeCryptoSuite: CryptoSuite = {
  sha256: (message) => own(hash('sha256', message, 'buffer')),
  hmacSha256: (key, message) => own(createHmac('sha256', key).update(message).digest()),
  aes256CtrKeystream: (key, lengthBytes) => {
    const cipher = createCipheriv('aes-256-ctr', createSecretKey(key), new Uint8Array(16));
    return own(cipher.update(new Uint8Array(lengthBytes)));
  },
  aes256GcmSeal: (key, nonce, aad, plaintext) => {
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: tagBytes });
    cipher.setAAD(aad);
    const body = cipher.update(plaintext);
    cipher.final();
    const sealed = new Uint8Array(body.length + tagBytes);
    sealed.set(body);
    sealed.set(cipher.getAuthTag(), body.length);
    return sealed;
  },
  aes256GcmOpen: (key, nonce, aad, sealed) => {
    if (sealed.length < tagBytes) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce, {
      authTagLength: tagBytes,
    });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    const plaintext = own(decipher.update(sealed.subarray(0, sealed.length - tagBytes)));
    try {
      decipher.final();
      return plaintext;
    } catch {
      plaintext.fill(0);
      return undefined;
    }
  },
};

/** The operating system's randomness. */
export const nodeRandom: RandomSource = (lengthBytes) => own(randomBytes(lengthBytes));
