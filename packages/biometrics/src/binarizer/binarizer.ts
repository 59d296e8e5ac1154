import { hadamardTransform } from './hadamard.ts';
import { projectionSigns, ROUNDS } from './projection-signs.ts';

export interface BinarizerOptions {
  /** Bits of a code; a multiple of `dimensions` and of 8. */
  readonly bits: number;
  /** Length of an embedding; a power of two. */
  readonly dimensions: number;
}

/** Turns embeddings into codes whose Hamming distance follows their angle. */
export interface Binarizer {
  /**
   * Code of one or several embeddings of the same face, each of unit length; several count by their sum, which makes a
   * steadier code. Returns `bits / 8` bytes the caller owns; bit i is byte `i >> 3`, bit `i & 7` (spec 02 BC-10).
   * @throws RangeError for embeddings of another length or without a direction
   */
  encode(embeddings: readonly Float32Array[]): Uint8Array;
}

/** Sum of the embeddings in their order, in double precision (spec 02 BC-6). */
const sum = (embeddings: readonly Float32Array[], dimensions: number): Float64Array => {
  const total = new Float64Array(dimensions);
  let size = 0;
  for (const embedding of embeddings) {
    if (embedding.length !== dimensions) throw new RangeError('embedding of another length');
    for (let i = 0; i < dimensions; i++) total[i] += embedding[i];
  }
  for (const value of total) size += Math.abs(value);
  if (!(size > 0 && Number.isFinite(size))) throw new RangeError('embedding without a direction');
  return total;
};

/**
 * Sign bits of a stack of `bits / dimensions` orthogonal blocks H D3 H D2 H D1, with D diagonal random signs and H the
 * Hadamard matrix: random rotations in O(d log d) additions (Yu et al. 2016, Orthogonal Random Features §5; Andoni et
 * al. 2015, Practical and Optimal LSH for Angular Distance §3.2). spec 02 §5. Nothing in it is fitted to data.
 */
export const createBinarizer = ({ bits, dimensions }: BinarizerOptions): Binarizer => {
  const blocks = bits / dimensions;
  if (!Number.isInteger(blocks) || bits % 8 !== 0 || !Number.isInteger(Math.log2(dimensions))) {
    throw new RangeError('bits must be a multiple of 8 and of dimensions, a power of two');
  }
  const signs = projectionSigns(blocks * ROUNDS * dimensions);
  return {
    encode: (embeddings) => {
      const total = sum(embeddings, dimensions);
      const values = new Float64Array(dimensions);
      const code = new Uint8Array(bits / 8);
      for (let block = 0; block < blocks; block++) {
        values.set(total);
        for (let round = 0; round < ROUNDS; round++) {
          const base = (block * ROUNDS + round) * dimensions;
          for (let i = 0; i < dimensions; i++) values[i] *= signs[base + i];
          hadamardTransform(values);
        }
        for (let i = 0; i < dimensions; i++) {
          // spec 02 BC-9
          const bit = block * dimensions + i;
          code[bit >> 3] |= (values[i] > 0 ? 1 : 0) << (bit & 7);
        }
      }
      values.fill(0);
      total.fill(0);
      return code;
    },
  };
};
