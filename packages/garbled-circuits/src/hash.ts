import { concatBytes, wipe, xorInto } from '@openrecognize/bytes';
import type { AesBatch } from './aes-batch.ts';
import { LABEL_BYTES } from './limits.ts';

/**
 * K = sigma(label) ^ tweak, the AES input of one hash (spec 03 GC-8). With a label as hi || lo, lo being
 * bytes 0..7, sigma(hi || lo) = (hi ^ lo) || hi: linear, and both sigma and sigma ^ identity are
 * permutations, which is what Guo, Katz, Wang, Yu 2020, §7.3 call a linear orthomorphism.
 *
 * @param tweak 0..2^31-1; unique per hash call within a circuit, in bytes 0..3 little-endian
 */
export function hashInput(tweak: number, label: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(LABEL_BYTES);
  for (let i = 0; i < 8; i++) {
    block[i] = label[i + 8]!;
    block[i + 8] = label[i + 8]! ^ label[i]!;
  }
  for (let i = 0; i < 4; i++) block[i]! ^= tweak >>> (8 * i);
  return block;
}

/**
 * H_k(firstTweak, first) || H_k(firstTweak + 1, second), with H_k(t, z) = AES-128_k(K) ^ K, K from
 * {@link hashInput} and k the batch's key. 32 bytes, new, the caller's.
 */
export function hashPair(
  batch: AesBatch,
  firstTweak: number,
  first: Uint8Array,
  second: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const blocks = concatBytes(hashInput(firstTweak, first), hashInput(firstTweak + 1, second));
  const hashes = new Uint8Array(2 * LABEL_BYTES);
  batch.encryptBlocks(blocks, hashes, 2);
  xorInto(hashes, blocks);
  wipe(blocks);
  return hashes;
}
