import { xorInto } from '@openrecognize/bytes';
import type { AesBatch } from './aes-batch.ts';
import { LABEL_BYTES } from './limits.ts';

/**
 * K = sigma(label) ^ tweak, the AES input of one hash (spec 03 GC-7). With a label as hi || lo, lo being
 * bytes 0..7, sigma(hi || lo) = (hi ^ lo) || hi: linear, and both sigma and sigma ^ identity are
 * permutations, which is what Guo, Katz, Wang, Yu 2020, §2 call an orthomorphism.
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

/** H_k(tweak, label) = AES-128_k(K) ^ K with K from {@link hashInput}; k is the batch's key. One block. */
export function hashLabel(batch: AesBatch, tweak: number, label: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = hashInput(tweak, label);
  const hash = new Uint8Array(LABEL_BYTES);
  batch.encryptBlocks(block, hash, 1);
  xorInto(hash, block);
  block.fill(0);
  return hash;
}
