/**
 * AES-128 from FIPS 197, byte by byte, with the S-box computed from its definition (§5.1.1). Slow, and not
 * constant time. Shares nothing with `src`.
 */
export function referenceAes(key: Uint8Array, block: Uint8Array): Uint8Array {
  const roundKeys = expand(key);
  let state = xor(block, roundKeys[0]!);
  for (let round = 1; round <= 10; round++) {
    state = state.map((byte) => SBOX[byte]!);
    // Byte i is row i mod 4 of column floor(i / 4).
    state = state.map((_, i) => state[(i + 4 * (i % 4)) % 16]!);
    if (round < 10) state = mixColumns(state);
    state = xor(state, roundKeys[round]!);
  }
  return state;
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let i = 0; i < 8; i++) {
    if (b & (1 << i)) product ^= a << i;
  }
  for (let i = 14; i >= 8; i--) {
    if (product & (1 << i)) product ^= 0x11b << (i - 8);
  }
  return product;
}

const SBOX = Array.from({ length: 256 }, (_, byte) => {
  let inverse = 0;
  for (let candidate = 1; candidate < 256; candidate++) {
    if (multiply(byte, candidate) === 1) inverse = candidate;
  }
  let result = 0x63;
  for (let turn = 0; turn < 5; turn++) result ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xff;
  return result;
});

function mixColumns(state: Uint8Array): Uint8Array {
  return state.map((_, i) => {
    const column = 4 * Math.floor(i / 4);
    const at = (row: number) => state[column + ((i + row) % 4)]!;
    return multiply(2, at(0)) ^ multiply(3, at(1)) ^ at(2) ^ at(3);
  });
}

function expand(key: Uint8Array): Uint8Array[] {
  const words: Uint8Array[] = [0, 4, 8, 12].map((i) => key.slice(i, i + 4));
  let constant = 1;
  for (let i = 4; i < 44; i++) {
    let word = words[i - 1]!;
    if (i % 4 === 0) {
      word = Uint8Array.of(word[1]!, word[2]!, word[3]!, word[0]!).map((byte) => SBOX[byte]!);
      word[0]! ^= constant;
      constant = multiply(constant, 2);
    }
    words.push(xor(word, words[i - 4]!));
  }
  return Array.from({ length: 11 }, (_, round) =>
    Uint8Array.from(words.slice(4 * round, 4 * round + 4).flatMap((word) => [...word])),
  );
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ b[i]!);
}
