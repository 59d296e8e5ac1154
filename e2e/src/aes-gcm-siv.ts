import { createCipheriv, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM-SIV (RFC 8452) as plain as the RFC has it, on BigInt and block by block: what integrators send is sealed
 * by another implementation than the one that opens it.
 */

const NONCE_BYTES = 12;
const BLOCK_BYTES = 16;
/** x^128 + x^127 + x^126 + x^121 + 1; bit i is the coefficient of x^i. */
const FIELD = (1n << 128n) | (1n << 127n) | (1n << 126n) | (1n << 121n) | 1n;

const encryptBlock = (key: Uint8Array, block: Uint8Array): Buffer =>
  createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block);

const numberOf = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).reverse().toString('hex')}`);

/** a * b * x^-128 (RFC 8452 §3). */
const dot = (a: bigint, b: bigint): bigint => {
  let sum = 0n;
  for (let bit = 0n; bit < 128n; bit++) {
    if ((b >> bit) & 1n) sum ^= a;
    if (sum & 1n) sum ^= FIELD;
    sum >>= 1n;
  }
  return sum;
};

const polyval = (key: Uint8Array, text: Uint8Array): Buffer => {
  const h = numberOf(key);
  let sum = 0n;
  for (let at = 0; at < text.length; at += BLOCK_BYTES) {
    sum = dot(sum ^ numberOf(text.subarray(at, at + BLOCK_BYTES)), h);
  }
  return Buffer.from(sum.toString(16).padStart(32, '0'), 'hex').reverse();
};

const deriveKeys = (key: Uint8Array, nonce: Uint8Array) => {
  const halves = Array.from({ length: 6 }, (_, i) =>
    encryptBlock(key, Buffer.concat([Uint8Array.of(i, 0, 0, 0), nonce])).subarray(0, 8),
  );
  return {
    authentication: Buffer.concat(halves.slice(0, 2)),
    encryption: Buffer.concat(halves.slice(2)),
  };
};

const tagOf = (keys: ReturnType<typeof deriveKeys>, nonce: Uint8Array, plaintext: Uint8Array): Buffer => {
  const padding = Buffer.alloc((BLOCK_BYTES - (plaintext.length % BLOCK_BYTES)) % BLOCK_BYTES);
  const lengths = Buffer.alloc(BLOCK_BYTES);
  lengths.writeBigUInt64LE(BigInt(plaintext.length) * 8n, 8);
  const hash = polyval(keys.authentication, Buffer.concat([plaintext, padding, lengths]));
  for (let i = 0; i < NONCE_BYTES; i++) hash[i]! ^= nonce[i]!;
  hash[15]! &= 0x7f;
  return encryptBlock(keys.encryption, hash);
};

/** Encrypts and decrypts: the first four bytes of the counter count, little-endian. */
const applyStream = ({ encryption }: ReturnType<typeof deriveKeys>, tag: Uint8Array, text: Uint8Array) => {
  const counter = Buffer.from(tag);
  counter[15]! |= 0x80;
  const out = Buffer.from(text);
  for (let at = 0; at < out.length; at += BLOCK_BYTES) {
    const stream = encryptBlock(encryption, counter);
    for (let i = at; i < Math.min(at + BLOCK_BYTES, out.length); i++) out[i]! ^= stream[i - at]!;
    counter.writeUInt32LE((counter.readUInt32LE(0) + 1) >>> 0, 0);
  }
  return out;
};

/** Nonce, ciphertext, tag. */
export const sealContentSiv = (
  key: Uint8Array,
  plaintext: Uint8Array,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer => {
  const keys = deriveKeys(key, nonce);
  const tag = tagOf(keys, nonce, plaintext);
  return Buffer.concat([nonce, applyStream(keys, tag, plaintext), tag]);
};

/** The text in what `sealContentSiv` or the service made. @throws RangeError when it was changed or the key is another */
export const openContentSiv = (key: Uint8Array, sealed: Uint8Array): string => {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(-BLOCK_BYTES);
  const keys = deriveKeys(key, nonce);
  const plaintext = applyStream(keys, tag, sealed.subarray(NONCE_BYTES, -BLOCK_BYTES));
  if (!tagOf(keys, nonce, plaintext).equals(tag)) throw new RangeError('the tag does not fit');
  return plaintext.toString('utf8');
};
