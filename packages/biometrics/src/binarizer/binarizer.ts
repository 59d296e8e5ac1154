import { hadamardTransform } from './hadamard.ts';
import { projectionSigns, ROUNDS } from './projection-signs.ts';

export interface BinarizerOptions {
  /** Bits of a code; a multiple of `dimensions`. */
  readonly bits: number;
  /** Length of an embedding; a power of two. */
  readonly dimensions: number;
  /** Subtracted from the unit-length embedding; `dimensions` numbers. */
  readonly mean: Float64Array;
}

/** Turns embeddings into codes whose Hamming distance follows their angle. */
export interface Binarizer {
  /**
   * Code of one or several embeddings of the same face (unit length; their mean counts). Returns `bits / 8` bytes the
   * caller owns; bit i is byte `i >> 3`, bit `i & 7`.
   */
  encode(embeddings: readonly Float32Array[]): Uint8Array;
}

/** Sum of the embeddings, scaled to unit length, less the mean (spec 02 BC-6). */
const centre = (embeddings: readonly Float32Array[], mean: Float64Array): Float64Array => {
  const centred = new Float64Array(mean.length);
  for (const embedding of embeddings) {
    if (embedding.length !== mean.length) throw new RangeError('embedding length');
    for (let i = 0; i < centred.length; i++) centred[i] += embedding[i];
  }
  let squares = 0;
  for (let i = 0; i < centred.length; i++) squares += centred[i] * centred[i];
  if (!(squares > 0 && Number.isFinite(squares))) throw new RangeError('embedding without direction');
  const norm = Math.sqrt(squares);
  for (let i = 0; i < centred.length; i++) centred[i] = centred[i] / norm - mean[i];
  return centred;
};

/**
 * Sign bits of a stack of `bits / dimensions` orthogonal blocks H D3 H D2 H D1, with D diagonal random signs and H the
 * Hadamard matrix: random rotations in O(d log d) additions (Yu et al. 2016, Orthogonal Random Features §5;
 * Andoni et al. 2015 §3.2). spec 02 §5.
 */
export const createBinarizer = ({ bits, dimensions, mean }: BinarizerOptions): Binarizer => {
  const blocks = bits / dimensions;
  if (!Number.isInteger(blocks) || !Number.isInteger(Math.log2(dimensions)) || mean.length !== dimensions) {
    throw new RangeError(
      'binarizer: bits must be a multiple of dimensions, a power of two, and the mean as long',
    );
  }
  const signs = projectionSigns(blocks * ROUNDS * dimensions);
  return {
    encode: (embeddings) => {
      const centred = centre(embeddings, mean);
      const values = new Float64Array(dimensions);
      const code = new Uint8Array(bits / 8);
      for (let block = 0; block < blocks; block++) {
        values.set(centred);
        for (let round = 0; round < ROUNDS; round++) {
          const base = (block * ROUNDS + round) * dimensions;
          for (let i = 0; i < dimensions; i++) values[i] *= signs[base + i];
          hadamardTransform(values);
        }
        for (let i = 0; i < dimensions; i++) {
          const bit = block * dimensions + i;
          if (values[i] > 0) code[bit >> 3] |= 1 << (bit & 7);
        }
      }
      values.fill(0);
      centred.fill(0);
      return code;
    },
  };
};
