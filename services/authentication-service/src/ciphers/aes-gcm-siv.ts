import { createCipheriv } from 'node:crypto';
import { concatBytes, constantTimeEqual, u64le, wipe } from '@openrecognize/bytes';
import { createPolyval } from './polyval.ts';

const nonceBytes = 12;
const tagBytes = 16;
const blockBytes = 16;
/** Counter blocks encrypted by one cipher call. */
const streamBlocks = 4_096;

/** AES in ECB mode over whole blocks, without padding: the block function RFC 8452 is built on. */
const createBlockCipher = (key: Uint8Array) => {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-ecb' : 'aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return (blocks: Uint8Array): Uint8Array => cipher.update(blocks);
};

type BlockCipher = ReturnType<typeof createBlockCipher>;

/** Per-nonce keys (RFC 8452 §4, `derive_keys`): each block yields its first 8 bytes. */
const deriveKeys = (key: Uint8Array, nonce: Uint8Array) => {
  const count = key.length === 16 ? 4 : 6;
  const inputs = new Uint8Array(count * blockBytes);
  for (let i = 0; i < count; i++) {
    inputs[i * blockBytes] = i;
    inputs.set(nonce, i * blockBytes + 4);
  }
  const blocks = createBlockCipher(key)(inputs);
  const derived = new Uint8Array(count * 8);
  for (let i = 0; i < count; i++) {
    derived.set(blocks.subarray(i * blockBytes, i * blockBytes + 8), i * 8);
  }
  wipe(blocks);
  return { authenticationKey: derived.subarray(0, 16), encryptionKey: derived.subarray(16) };
};

/** The tag of RFC 8452 §4, which is also the start of the counter. */
const computeTag = (
  cipher: BlockCipher,
  authenticationKey: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array => {
  const polyval = createPolyval(authenticationKey);
  polyval.update(aad);
  polyval.update(plaintext);
  polyval.update(concatBytes(u64le(BigInt(aad.length) * 8n), u64le(BigInt(plaintext.length) * 8n)));
  const hash = polyval.digest();
  for (let i = 0; i < nonceBytes; i++) hash[i] = hash[i]! ^ nonce[i]!;
  hash[15] = hash[15]! & 0x7f;
  return new Uint8Array(cipher(hash));
};

/**
 * The counter mode of RFC 8452 §4: the first four bytes count little-endian and wrap; the cipher library's own
 * counter mode counts the whole block big-endian.
 */
const applyStream = (cipher: BlockCipher, tag: Uint8Array, input: Uint8Array): Uint8Array => {
  const output = new Uint8Array(input.length);
  const start = new DataView(tag.buffer, tag.byteOffset).getUint32(0, true);
  const counters = new Uint8Array(streamBlocks * blockBytes);
  const counterView = new DataView(counters.buffer);
  for (let i = 0; i < streamBlocks; i++) {
    counters.set(tag, i * blockBytes);
    counters[i * blockBytes + 15] = tag[15]! | 0x80;
  }
  for (let done = 0; done < input.length; done += counters.length) {
    const length = Math.min(counters.length, input.length - done);
    const blocks = Math.ceil(length / blockBytes);
    for (let i = 0; i < blocks; i++) {
      counterView.setUint32(i * blockBytes, start + done / blockBytes + i, true);
    }
    const stream = cipher(counters.subarray(0, blocks * blockBytes));
    for (let i = 0; i < length; i++) output[done + i] = input[done + i]! ^ stream[i]!;
    wipe(stream);
  }
  return output;
};

/**
 * Seals with AES-GCM-SIV (RFC 8452).
 *
 * @param key 16 or 32 bytes.
 * @param nonce 12 bytes.
 * @returns ciphertext followed by the 16-byte tag.
 */
export const aesGcmSivSeal = (
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array = new Uint8Array(0),
): Uint8Array => {
  const { authenticationKey, encryptionKey } = deriveKeys(key, nonce);
  const cipher = createBlockCipher(encryptionKey);
  const tag = computeTag(cipher, authenticationKey, nonce, aad, plaintext);
  wipe(authenticationKey, encryptionKey);
  return concatBytes(applyStream(cipher, tag, plaintext), tag);
};

/**
 * Opens what `aesGcmSivSeal` made.
 *
 * @param key 16 or 32 bytes.
 * @param nonce 12 bytes.
 * @param sealed ciphertext followed by the 16-byte tag.
 * @returns the plaintext, owned by the caller; undefined for keys and nonces of other sizes and for a tag that does
 * not verify.
 */
export const aesGcmSivOpen = (
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array = new Uint8Array(0),
): Uint8Array | undefined => {
  const isSized = (key.length === 16 || key.length === 32) && nonce.length === nonceBytes;
  if (!isSized || sealed.length < tagBytes) return undefined;
  const { authenticationKey, encryptionKey } = deriveKeys(key, nonce);
  const cipher = createBlockCipher(encryptionKey);
  const tag = sealed.slice(sealed.length - tagBytes);
  const plaintext = applyStream(cipher, tag, sealed.subarray(0, sealed.length - tagBytes));
  const expected = computeTag(cipher, authenticationKey, nonce, aad, plaintext);
  wipe(authenticationKey, encryptionKey);
  if (constantTimeEqual(expected, tag)) return plaintext;
  wipe(plaintext);
  return undefined;
};
