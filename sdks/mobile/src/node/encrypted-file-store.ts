import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { concatBytes, wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { SecureStorePort } from '../ports/secure-store-port.ts';
import { type RenameFile, removeTemporaryFiles, writeFileAtomically } from './atomic-file.ts';
import { keyFileSource, passphraseKeySource, type StoreKeySource, saltBytes } from './store-key.ts';
import { acquireStoreLock, type StoreLock } from './store-lock.ts';

export interface EncryptedFileStoreOptions {
  /** File of the store; its folder is created. Beside it lie `<path>.lock` and, without a passphrase, `<path>.key`. */
  readonly path: string;
  /** Opens the store instead of a key file. */
  readonly passphrase?: string;
  /** For fault injection. */
  readonly rename?: RenameFile;
}

/** "ORSS", version 1. */
const prefix = Uint8Array.of(0x4f, 0x52, 0x53, 0x53, 1);
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = prefix.length + 1 + saltBytes + nonceBytes;

interface OpenKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

const corrupt = (message: string, cause?: unknown): RecognizeError =>
  new RecognizeError('STORE_CORRUPT', { message, cause });

/** AES-256-GCM (SP 800-38D); the whole header is authenticated. */
const seal = (kind: number, { key, salt }: OpenKey, record: Uint8Array): Uint8Array => {
  const nonce = randomBytes(nonceBytes);
  const header = concatBytes(prefix, Uint8Array.of(kind), salt, nonce);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(header);
  const body = cipher.update(record);
  cipher.final();
  return concatBytes(header, body, cipher.getAuthTag());
};

const unseal = (key: Uint8Array, file: Uint8Array): Uint8Array => {
  const nonce = file.subarray(headerBytes - nonceBytes, headerBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(file.subarray(0, headerBytes));
  decipher.setAuthTag(file.subarray(file.length - tagBytes));
  const record = new Uint8Array(decipher.update(file.subarray(headerBytes, file.length - tagBytes)));
  try {
    decipher.final();
    return record;
  } catch (cause) {
    wipe(record);
    throw corrupt('The local store is damaged or was encrypted with another key.', cause);
  }
};

const checkHeader = (file: Uint8Array, keys: StoreKeySource): void => {
  if (file.length < headerBytes + tagBytes || !prefix.every((byte, i) => file[i] === byte)) {
    throw corrupt('The local store is damaged.');
  }
  if (file[prefix.length] !== keys.kind)
    throw corrupt('The local store was encrypted with another kind of key.');
};

/**
 * One record in one encrypted file, written atomically, held by one process at a time. What does not open is
 * reported as STORE_CORRUPT and left as it is; `clear` sets it aside as `<path>.corrupt-<milliseconds>`.
 */
export const createEncryptedFileStore = (options: EncryptedFileStoreOptions): SecureStorePort => {
  const { path, passphrase, rename: renameFile = rename } = options;
  const keys = passphrase === undefined ? keyFileSource(`${path}.key`) : passphraseKeySource(passphrase);
  let lock: Promise<StoreLock> | undefined;
  let isClosed = false;
  let open: OpenKey | undefined;
  let isPresentReadable = false;

  const acquire = async (): Promise<StoreLock> => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const acquired = await acquireStoreLock(`${path}.lock`);
    await removeTemporaryFiles(path);
    return acquired;
  };

  const hold = async (): Promise<void> => {
    if (isClosed) throw new Error('the store is closed');
    lock ??= acquire();
    try {
      await lock;
    } catch (error) {
      lock = undefined;
      throw error;
    }
  };

  const forgetKey = (): void => {
    if (open) wipe(open.key);
    open = undefined;
  };

  const readFileIfAny = async (): Promise<Uint8Array | undefined> => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };

  const read = async (): Promise<Uint8Array | undefined> => {
    await hold();
    const file = await readFileIfAny();
    if (file) {
      checkHeader(file, keys);
      if (!open) {
        const salt = file.slice(prefix.length + 1, prefix.length + 1 + saltBytes);
        open = { key: await keys.existing(salt), salt };
      }
    }
    let record: Uint8Array | undefined;
    try {
      record = file && open ? unseal(open.key, file) : undefined;
    } catch (error) {
      forgetKey();
      throw error;
    }
    isPresentReadable = true;
    return record;
  };

  const write = async (record: Uint8Array): Promise<void> => {
    await hold();
    // Never over a file that does not open: it may be all that is left of an enrollment.
    if (!isPresentReadable) wipe((await read()) ?? new Uint8Array(0));
    open ??= await keys.fresh();
    await writeFileAtomically(path, seal(keys.kind, open, record), renameFile);
  };

  const setAside = async (): Promise<void> => {
    await rename(path, `${path}.corrupt-${Date.now()}`);
    isPresentReadable = true;
  };

  const clear = async (): Promise<void> => {
    await hold();
    try {
      wipe((await read()) ?? new Uint8Array(0));
    } catch (error) {
      if (!isRecognizeError(error) || error.code !== 'STORE_CORRUPT') throw error;
      await setAside();
      return;
    }
    forgetKey();
    await rm(path, { force: true });
    // Without its key, a copy of the file in some backup is noise.
    if (passphrase === undefined) await rm(`${path}.key`, { force: true });
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    forgetKey();
    await (await lock?.catch(() => undefined))?.release();
  };

  return { read, write, clear, close };
};
