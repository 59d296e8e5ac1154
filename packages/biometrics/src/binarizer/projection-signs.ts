import { createHash } from 'node:crypto';

/** Domain of the published signs; part of every code's meaning (spec 02 §5.1). */
const SIGNS_DOMAIN = 'OpenRecognize biometric code HD3 v1';

/** Rounds of sign flip and Hadamard transform per block. */
export const ROUNDS = 3;

const DIGEST_BYTES = 32;

/**
 * The published random signs: the bits of SHA-256(domain || counter as u32 little-endian), counter 0, 1, ..., least
 * significant bit of each byte first; a set bit means -1 (spec 02 BC-7). `+1` and `-1` in a row per (block, round).
 */
export const projectionSigns = (count: number): Int8Array => {
  const signs = new Int8Array(count);
  const counter = new Uint8Array(4);
  for (let i = 0; i < count; ) {
    new DataView(counter.buffer).setUint32(0, i / (8 * DIGEST_BYTES), true);
    const digest = createHash('sha256').update(SIGNS_DOMAIN, 'ascii').update(counter).digest();
    for (let bit = 0; bit < 8 * DIGEST_BYTES && i < count; bit++, i++) {
      signs[i] = (digest[bit >> 3] >> (bit & 7)) & 1 ? -1 : 1;
    }
  }
  return signs;
};
