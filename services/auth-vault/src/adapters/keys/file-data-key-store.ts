import { readFile } from 'node:fs/promises';
import { concatBytes, hexToBytes, utf8ToBytes, wipe } from '@openrecognize/bytes';
import { nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';
import { configInvalid } from '../../key-sources.ts';
import type { DataKeyContext, DataKeyStore } from '../../ports/data-key-store.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DOMAIN = 'openrecognize/auth-vault/v1 data key';

/** Neither a domain, a customer name nor a user id holds a line feed, so no two contexts share their bytes. */
const aadOf = ({ customer, userId }: DataKeyContext): Uint8Array =>
  utf8ToBytes(`${DOMAIN}\n${customer}\n${userId}`);

/** @param wrappingKey 32 bytes, kept. */
export const createFileDataKeyStore = (wrappingKey: Uint8Array): DataKeyStore => ({
  async generate(context) {
    const plaintext = nodeRandom(KEY_BYTES);
    const nonce = nodeRandom(NONCE_BYTES);
    const sealed = nodeCryptoSuite.aes256GcmSeal(wrappingKey, nonce, aadOf(context), plaintext);
    return { plaintext, wrapped: concatBytes(nonce, sealed) };
  },
  async open(wrapped, context) {
    if (wrapped.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return undefined;
    const nonce = wrapped.subarray(0, NONCE_BYTES);
    const sealed = wrapped.subarray(NONCE_BYTES);
    return nodeCryptoSuite.aes256GcmOpen(wrappingKey, nonce, aadOf(context), sealed) ?? undefined;
  },
});

/**
 * A store under a key file of 32 bytes: raw, or 64 hex digits.
 *
 * @throws RecognizeError CONFIG_INVALID
 */
export const loadFileDataKeyStore = async (path: string, variable: string): Promise<DataKeyStore> => {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw configInvalid(variable, 'names a file that cannot be read', cause);
  }
  if (content.length === KEY_BYTES) return createFileDataKeyStore(new Uint8Array(content));
  const text = Buffer.from(content).toString('latin1').trim();
  wipe(content);
  if (!/^[0-9A-Fa-f]{64}$/.test(text)) {
    throw configInvalid(variable, 'names a file that holds no key of 32 bytes, raw or in hex');
  }
  return createFileDataKeyStore(hexToBytes(text));
};
