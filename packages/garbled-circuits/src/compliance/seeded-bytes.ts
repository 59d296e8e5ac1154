/**
 * Bytes that look random and are the same on every run: 32-bit xorshift (Marsaglia 2003). For tests alone.
 */
export class SeededBytes {
  #state: number;

  /** `seed`: any integer but 0. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The next integer in 0..limit-1. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  /** The next `length` bytes. */
  take(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(65536) >> 7);
  }

  /** 16 bytes with the low bit of byte 0 set. */
  delta(): Uint8Array<ArrayBuffer> {
    const delta = this.take(16);
    delta[0]! |= 1;
    return delta;
  }

  /** Which of n bits are set when `weight` of them are, as 0 and 1. */
  bitsOfWeight(n: number, weight: number): Uint8Array<ArrayBuffer> {
    const bits = new Uint8Array(n);
    for (let left = weight; left > 0; ) {
      const i = this.below(n);
      if (bits[i] === 0) {
        bits[i] = 1;
        left--;
      }
    }
    return bits;
  }
}
