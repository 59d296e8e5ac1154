import { constants, createPrivateKey, createPublicKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';

const minModulusBits = 2_048;

const unusable = (message: string, cause?: unknown): RecognizeError =>
  new RecognizeError('CONFIG_INVALID', {
    message: `IMAGE_KEY_FILE ${message}`,
    details: { variables: ['IMAGE_KEY_FILE'] },
    cause,
  });

const loadKey = (file: string): KeyObject => {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw unusable('cannot be read as a private key in PEM form', cause);
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < minModulusBits) {
    throw unusable(`must hold an RSA key of ${minModulusBits} bits or more`);
  }
  return key;
};

/**
 * An RSA key from a file.
 *
 * @param keyIds every name the key answers to.
 * @throws RecognizeError CONFIG_INVALID when the file has no usable key
 */
export const createFileImageKeyStore = (file: string, keyIds: readonly string[]): ImageKeyStore => {
  const key = loadKey(file);
  const names = new Set(keyIds);
  const spki = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  return {
    publicKey: async () => ({ keyIds: [...names], spki }),
    unwrap: async (keyId, wrapped) => {
      if (!names.has(keyId)) return undefined;
      try {
        // `oaepHash` sets the hash of the label and of MGF1 alike.
        const padding = constants.RSA_PKCS1_OAEP_PADDING;
        const raw = privateDecrypt({ key, padding, oaepHash: 'sha256' }, wrapped);
        const unwrapped = new Uint8Array(raw);
        wipe(raw);
        return unwrapped;
      } catch {
        return undefined;
      }
    },
  };
};
