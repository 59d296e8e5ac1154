import type { AesBatchFactory } from './aes-batch.ts';
import { bitslicedSbox } from './bitsliced-sbox.ts';
import { CircuitError } from './circuit-error.ts';

const ROUNDS = 10;
const BLOCK_BYTES = 16;
/** Words of one sliced round key or state: one per bit of a byte. */
const PLANES = 8;

/**
 * AES-128 (FIPS 197) in plain TypeScript, two blocks at a time in bit planes: no table lookups and no
 * branches on data, so it keeps constant time wherever the engine's 32-bit operations do. About a hundredth
 * of the speed of hardware AES; the adapter for browsers and a second opinion on the other one.
 *
 * @throws CircuitError PARAMETERS_INVALID from `create`, for a key that is not 16 bytes
 */
export const bitslicedAesBatch: AesBatchFactory = {
  name: 'bitsliced-aes',
  create(key) {
    if (key.length !== BLOCK_BYTES)
      throw new CircuitError('PARAMETERS_INVALID', 'An AES-128 key has 16 bytes');
    const roundKeys = sliceRoundKeys(expandKey(key));
    const planes = new Int32Array(PLANES);
    return {
      encryptBlocks(input, output, blockCount) {
        const source = new DataView(input.buffer, input.byteOffset, BLOCK_BYTES * blockCount);
        const target = new DataView(output.buffer, output.byteOffset, BLOCK_BYTES * blockCount);
        for (let block = 0; block < blockCount; block += 2) {
          const offset = BLOCK_BYTES * block;
          // An odd last block is encrypted beside itself.
          const second = block + 1 < blockCount ? offset + BLOCK_BYTES : offset;
          for (let c = 0; c < 4; c++) {
            planes[2 * c] = source.getInt32(offset + 4 * c, true);
            planes[2 * c + 1] = source.getInt32(second + 4 * c, true);
          }
          encryptPair(planes, roundKeys);
          for (let c = 0; c < 4; c++) {
            target.setInt32(offset + 4 * c, planes[2 * c]!, true);
            target.setInt32(second + 4 * c, planes[2 * c + 1]!, true);
          }
        }
        planes.fill(0);
      },
      dispose() {
        roundKeys.fill(0);
      },
    };
  },
};

/**
 * State: word 2 c + b is column c of block b; transposed, bit 2 c + b of byte r of plane p is bit p of the
 * byte in row r. ShiftRows then rotates bits within bytes, MixColumns rotates bytes.
 */
function encryptPair(planes: Int32Array, roundKeys: Int32Array): void {
  transpose(planes);
  for (let p = 0; p < PLANES; p++) planes[p]! ^= roundKeys[p]!;
  for (let round = 1; round < ROUNDS; round++) {
    bitslicedSbox(planes);
    shiftRows(planes);
    mixColumns(planes);
    for (let p = 0; p < PLANES; p++) planes[p]! ^= roundKeys[PLANES * round + p]!;
  }
  bitslicedSbox(planes);
  shiftRows(planes);
  for (let p = 0; p < PLANES; p++) planes[p]! ^= roundKeys[PLANES * ROUNDS + p]!;
  transpose(planes);
}

/** Row r moves left by r columns: two bits a column. */
function shiftRows(planes: Int32Array): void {
  for (let p = 0; p < PLANES; p++) {
    const x = planes[p]!;
    planes[p] =
      (x & 0xff) |
      ((x & 0xfc00) >>> 2) |
      ((x & 0x0300) << 6) |
      ((x & 0xf00000) >>> 4) |
      ((x & 0x0f0000) << 4) |
      ((x & 0xc0000000) >>> 6) |
      ((x & 0x3f000000) << 2);
  }
}

/** a_r becomes 2 (a_r ^ a_{r+1}) ^ a_{r+1} ^ a_{r+2} ^ a_{r+3}; doubling moves planes up, reducing by 0x1b. */
function mixColumns(planes: Int32Array): void {
  const top = planes[7]! ^ rotateRows(planes[7]!);
  let doubled = top;
  for (let p = 0; p < PLANES; p++) {
    const next = rotateRows(planes[p]!);
    const pair = planes[p]! ^ next;
    planes[p] = doubled ^ next ^ ((pair >>> 16) | (pair << 16));
    doubled = p === 0 || p === 2 || p === 3 ? pair ^ top : pair;
  }
}

/** Byte r takes the value of byte r + 1. */
function rotateRows(x: number): number {
  return (x >>> 8) | (x << 24);
}

/** Transposes the 8 x 8 bit matrix that each byte position forms over the 8 words. Its own inverse. */
function transpose(words: Int32Array): void {
  for (const i of [0, 2, 4, 6]) exchange(words, i, i + 1, 1, 0x55555555);
  for (const i of [0, 1, 4, 5]) exchange(words, i, i + 2, 2, 0x33333333);
  for (const i of [0, 1, 2, 3]) exchange(words, i, i + 4, 4, 0x0f0f0f0f);
}

/** Swaps the high bits of word `low` with the low bits of word `high`, in groups of `shift` bits. */
function exchange(words: Int32Array, low: number, high: number, shift: number, mask: number): void {
  const a = words[low]!;
  const b = words[high]!;
  words[low] = (a & mask) | ((b & mask) << shift);
  words[high] = ((a >>> shift) & mask) | (b & ~mask);
}

/** FIPS 197 §5.2: 44 words, the key's bytes little-endian. */
function expandKey(key: Uint8Array): Int32Array {
  const words = new Int32Array(4 * (ROUNDS + 1));
  const view = new DataView(key.buffer, key.byteOffset, BLOCK_BYTES);
  for (let i = 0; i < 4; i++) words[i] = view.getInt32(4 * i, true);
  let roundConstant = 1;
  for (let i = 4; i < words.length; i += 4) {
    words[i] = words[i - 4]! ^ substituteWord(rotateRows(words[i - 1]!)) ^ roundConstant;
    for (let j = i + 1; j < i + 4; j++) words[j] = words[j - 4]! ^ words[j - 1]!;
    roundConstant = (roundConstant << 1) ^ (-(roundConstant >>> 7) & 0x11b);
  }
  return words;
}

function substituteWord(word: number): number {
  const planes = new Int32Array(PLANES);
  planes[0] = word;
  transpose(planes);
  bitslicedSbox(planes);
  transpose(planes);
  return planes[0]!;
}

/** Each round key in the layout of {@link encryptPair}, the same for both blocks. Wipes `words`. */
function sliceRoundKeys(words: Int32Array): Int32Array {
  const sliced = new Int32Array(PLANES * (ROUNDS + 1));
  for (let round = 0; round <= ROUNDS; round++) {
    const planes = sliced.subarray(PLANES * round, PLANES * (round + 1));
    for (let i = 0; i < PLANES; i++) planes[i] = words[4 * round + (i >> 1)]!;
    transpose(planes);
  }
  words.fill(0);
  return sliced;
}
