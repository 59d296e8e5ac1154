import { createHash } from 'node:crypto';

/** Reproducible randomness for simulations; nothing secret may hang on it. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
}

const TWO_32 = 2 ** 32;

/** sfc32 (Doty-Humphrey), seeded by the hash of a text. */
export const seededRandom = (seed: string): SeededRandom => {
  const hash = createHash('sha256').update(seed).digest();
  let a = hash.readUInt32LE(0);
  let b = hash.readUInt32LE(4);
  let c = hash.readUInt32LE(8);
  let counter = 1;
  const uniform = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / TWO_32;
  };
  for (let i = 0; i < 12; i++) uniform();
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    // Box and Muller 1958; one of the pair is enough.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
};
