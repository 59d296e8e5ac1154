import { randomBytes, scrypt } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { RecognizeError } from '@openrecognize/contracts';
import { writeFileAtomically } from './atomic-file.ts';

const keyBytes = 32;
/** Salt of a key derived from a passphrase; unused with a key file. */
export const saltBytes = 16;

/** Which secret opens a store; one byte of its header. */
export type StoreKeyKind = 0 | 1;

/** Where the AES-256 key of a store comes from. */
export interface StoreKeySource {
  readonly kind: StoreKeyKind;
  /** The key of an existing store. @throws RecognizeError STORE_CORRUPT when its secret is gone. */
  existing(salt: Uint8Array): Promise<Uint8Array>;
  /** A key for a store that does not exist yet. */
  fresh(): Promise<{ readonly key: Uint8Array; readonly salt: Uint8Array }>;
}

const scryptAsync = promisify(scrypt) as (
  password: string,
  salt: Uint8Array,
  keyLength: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

/** scrypt (RFC 7914) with N = 2^17, r = 8, p = 1: 128 MiB and about half a second, once per process. */
const deriveKey = async (passphrase: string, salt: Uint8Array): Promise<Uint8Array> => {
  const options = { N: 2 ** 17, r: 8, p: 1, maxmem: 192 * 1024 * 1024 };
  return new Uint8Array(await scryptAsync(passphrase.normalize('NFC'), salt, keyBytes, options));
};

export const passphraseKeySource = (passphrase: string): StoreKeySource => ({
  kind: 1,
  existing: (salt) => deriveKey(passphrase, salt),
  fresh: async () => {
    const salt = new Uint8Array(randomBytes(saltBytes));
    return { salt, key: await deriveKey(passphrase, salt) };
  },
});

const readKeyFile = async (path: string): Promise<Uint8Array | undefined> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (bytes.length !== keyBytes) {
    throw new RecognizeError('STORE_CORRUPT', { message: 'The key file of the local store is damaged.' });
  }
  await chmod(path, 0o600);
  return new Uint8Array(bytes);
};

/** Protects against whoever gets the store file alone, e.g. from a backup that leaves the key out. */
export const keyFileSource = (path: string): StoreKeySource => ({
  kind: 0,
  existing: async () => {
    const key = await readKeyFile(path);
    if (key) return key;
    throw new RecognizeError('STORE_CORRUPT', { message: 'The key file of the local store is missing.' });
  },
  fresh: async () => {
    const salt = new Uint8Array(saltBytes);
    const present = await readKeyFile(path);
    if (present) return { key: present, salt };
    const key = new Uint8Array(randomBytes(keyBytes));
    await writeFileAtomically(path, key);
    return { key, salt };
  },
});
