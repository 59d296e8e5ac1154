import { createHash } from 'node:crypto';

/** Reproducible bytes for tests. Not random at all to anyone who knows the seed: never outside tests. */
export interface SeededRandom {
  /** The next `length` bytes, a fresh array. */
  bytes(length: number): Uint8Array;
  /** An integer of [0, bound), without bias; `bound` from 1 to 2^32. */
  integer(bound: number): number;
  /** A number of [0, 1) with 32 random bits. */
  number(): number;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** A copy of `items` in another order. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream that depends on this seed and `label` alone, not on what was drawn before. */
  fork(label: string): SeededRandom;
}

const BLOCK_BYTES = 32;

/** A stream of SHA-256(seed, block number): the same on every machine and for every pattern of calls. */
export const seededRandom = (seed: string | number): SeededRandom => {
  const key = createHash('sha256').update(`openrecognize test seed ${seed}`).digest();
  let block = new Uint8Array(0);
  let used = 0;
  let counter = 0n;

  const refill = (): void => {
    const position = Buffer.alloc(8);
    position.writeBigUInt64LE(counter++);
    block = new Uint8Array(createHash('sha256').update(key).update(position).digest());
    used = 0;
  };

  const bytes = (length: number): Uint8Array => {
    const output = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      if (used === block.length) refill();
      const taken = Math.min(length - filled, BLOCK_BYTES - used);
      output.set(block.subarray(used, used + taken), filled);
      used += taken;
      filled += taken;
    }
    return output;
  };

  const word = (): number => new DataView(bytes(4).buffer).getUint32(0, true);

  const integer = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) throw new RangeError('bound is 1 to 2^32');
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const drawn = word();
      if (drawn < limit) return drawn % bound;
    }
  };

  return {
    bytes,
    integer,
    number: () => word() / 2 ** 32,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[integer(items.length)]!;
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [copy[last], copy[other]] = [copy[other]!, copy[last]!];
      }
      return copy;
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
};
