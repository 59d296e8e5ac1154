import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hexToBytes, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { DataKeyError, type DataKeyWrapper } from '../ports/data-key-wrapper.ts';

const LINE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})[ \t]+([0-9A-Fa-f]{64})$/;
const DATA_KEY_BYTES = 32;
/** AES key wrap with the initial value of RFC 3394 §2.2.3.1, which an unwrapping checks. */
const ALGORITHM = 'id-aes256-wrap';
const INITIAL_VALUE = Buffer.alloc(8, 0xa6);

const invalid = (problem: string, cause?: unknown): RecognizeError =>
  new RecognizeError('CONFIG_INVALID', {
    message: `PAYLOAD_KEY_FILE ${problem}`,
    details: { variables: ['PAYLOAD_KEY_FILE'] },
    cause,
  });

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid('cannot be read', cause);
  }
};

/** Wrapping keys by id, in the order of the file. */
const readKeys = (file: string): ReadonlyMap<string, KeyObject> => {
  const keys = new Map<string, KeyObject>();
  const lines = readText(file)
    .split('\n')
    .map((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const match = LINE.exec(line);
    if (!match) throw invalid(`line ${index + 1} must be an id and 64 hex digits`);
    const [, id, hex] = match as unknown as [string, string, string];
    if (keys.has(id)) throw invalid(`line ${index + 1} repeats an id`);
    const raw = hexToBytes(hex);
    keys.set(id, createSecretKey(raw));
    wipe(raw);
  }
  if (keys.size === 0) throw invalid('holds no key');
  return keys;
};

/**
 * Wraps data keys under AES-256 keys from a file: one `id hex` a line, `#` for remarks. The first key wraps; the others
 * still unwrap, so that a new key goes to the top and an old one is removed when nothing wrapped under it is left.
 *
 * @throws RecognizeError CONFIG_INVALID unless the file holds at least one key and nothing else
 */
export const createFileKeyWrapper = (file: string): DataKeyWrapper => {
  const keys = readKeys(file);
  const [newestId, newest] = keys.entries().next().value!;
  return {
    kind: 'file',
    async generate() {
      const plaintext = new Uint8Array(randomBytes(DATA_KEY_BYTES));
      const cipher = createCipheriv(ALGORITHM, newest, INITIAL_VALUE);
      const wrapped = new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final()]));
      return { keyId: newestId, wrapped, plaintext };
    },
    async unwrap({ keyId, wrapped }) {
      const key = keys.get(keyId);
      if (!key) throw new DataKeyError('KEY_UNKNOWN', 'the key file has no key of that id');
      try {
        const decipher = createDecipheriv(ALGORITHM, key, INITIAL_VALUE);
        const plain = Buffer.concat([decipher.update(wrapped), decipher.final()]);
        return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength);
      } catch (cause) {
        // Rather a wrong key under a known id than a changed object: nothing is given up for it.
        throw new DataKeyError('KEY_REFUSED', 'a data key does not unwrap under the key of its id', {
          cause,
        });
      }
    },
    close() {},
  };
};
