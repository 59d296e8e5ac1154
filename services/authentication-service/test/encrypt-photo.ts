import {
  constants,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aesGcmSivSeal } from '../src/ciphers/aes-gcm-siv.ts';
import { createFileImageKeyStore } from '../src/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strangers = generateKeyPairSync('rsa', { modulusLength: 2_048 });

export const keyId = 'key-1';
export const keyAlias = 'alias/photos';

/** The service's key in a file, as an operator has it. */
export const createTestImageKeys = () => {
  const file = join(mkdtempSync(join(tmpdir(), 'image-key-')), 'image-key.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return createFileImageKeyStore(file, [keyId, keyAlias]);
};

export interface EncryptOptions {
  readonly algorithm?: 'AES-GCM' | 'AES-GCM-SIV';
  readonly keyBytes?: number;
  readonly oaepHash?: string;
  /** Wraps for another RSA key. */
  readonly forStranger?: boolean;
}

/** What a caller sends: headers and body, by the platform's own primitives where it has them. */
export const encryptPhoto = (photo: string | Uint8Array, options: EncryptOptions = {}) => {
  const { algorithm = 'AES-GCM-SIV', keyBytes = 32, oaepHash = 'sha256', forStranger = false } = options;
  const key = randomBytes(keyBytes);
  const nonce = randomBytes(12);
  const plaintext = typeof photo === 'string' ? Buffer.from(photo) : photo;
  const seal = (): Uint8Array => {
    if (algorithm === 'AES-GCM-SIV') return aesGcmSivSeal(key, nonce, plaintext);
    const cipher = createCipheriv(`aes-${(keyBytes * 8) as 256}-gcm`, key, nonce);
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  };
  const wrapped = publicEncrypt(
    {
      key: forStranger ? strangers.publicKey : publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash,
    },
    key,
  );
  return {
    headers: {
      'kl-key-id': keyId,
      'kl-key-algorithm': 'RSAES-OAEP-SHA-256',
      'kl-image-key': wrapped.toString('hex'),
      'kl-image-algorithm': algorithm,
      'kl-scenario': 'SELFIE',
    } as Record<string, string>,
    body: Buffer.concat([nonce, seal()]),
  };
};

/** RSAES-OAEP by RFC 8017 §7.1.1 itself, SHA-256 in both places, so that the unwrapping has an outside check. */
export const wrapByTheBook = (key: Uint8Array): Buffer => {
  const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const mask = (seed: Uint8Array, length: number): Buffer => {
    const blocks: Buffer[] = [];
    for (let counter = 0; 32 * counter < length; counter++) {
      const count = Buffer.alloc(4);
      count.writeUInt32BE(counter);
      blocks.push(sha256(seed, count));
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
  const xor = (a: Uint8Array, b: Uint8Array) => Buffer.from(a.map((byte, i) => byte ^ b[i]!));
  const modulusBytes = 256;
  const padding = Buffer.alloc(modulusBytes - key.length - 2 * 32 - 2);
  const block = Buffer.concat([sha256(), padding, Buffer.of(1), key]);
  const seed = randomBytes(32);
  const maskedBlock = xor(block, mask(seed, block.length));
  const maskedSeed = xor(seed, mask(maskedBlock, 32));
  const message = Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock]);
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, message);
};
