import { createCipheriv, createHash } from 'node:crypto';

/** Reproducible randomness: AES-256-CTR under the hash of a seed. For measurements, never for keys. */
export interface SeededRandom {
  bytes(count: number): Uint8Array;
  /** Whole number in [0, limit), limit at most 2^32. */
  below(limit: number): number;
}

export const seededRandom = (seed: string): SeededRandom => {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const bytes = (count: number): Uint8Array => stream.update(Buffer.alloc(count));
  let pool = Buffer.alloc(0);
  let at = 0;
  const nextU32 = (): number => {
    if (at + 4 > pool.length) {
      pool = Buffer.from(bytes(65_536));
      at = 0;
    }
    at += 4;
    return pool.readUInt32LE(at - 4);
  };
  return { bytes, below: (limit) => Math.floor((nextU32() / 2 ** 32) * limit) };
};

/** Distinct items in random order, at most `count`. */
export const sample = <T>(random: SeededRandom, items: readonly T[], count: number): T[] => {
  const rest = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && rest.length > 0) {
    const index = random.below(rest.length);
    chosen.push(rest[index]);
    rest[index] = rest[rest.length - 1];
    rest.pop();
  }
  return chosen;
};
