import { substitutePlanes } from './bitsliced-sbox';
import { AES_END, GROUP, KEY, ROUND_KEYS, STATE } from './memory-layout';

/**
 * AES-128 (FIPS 197), eight blocks at a time in bit planes (Kaesper and Schwabe, CHES 2009): bit b of byte i of
 * plane p is bit p of byte i of block b. All data are vectors and no instruction here makes a number of a vector,
 * so that no branch and no address can depend on a key or a block (spec 03 GC-21); a test reads the compiled
 * module for that. What the engine spills to its stack can't be wiped.
 */

const ROUNDS: i32 = 10;
const PLANES_BYTES: usize = 128;

export function keyOffset(): usize {
  return KEY;
}
/** Eight blocks of room, encrypted in place. */
export function groupOffset(): usize {
  return GROUP;
}

/** Expands the key at `keyOffset` (FIPS 197 §5.2) and forgets it. */
export function prepareKey(): void {
  let key = v128.load(KEY);
  v128.store(KEY, i32x4.splat(0));
  sliceRoundKey(key, ROUND_KEYS, 0);
  let roundConstant = 1;
  for (let round = 1; round <= ROUNDS; round++) {
    const substituted = substituteVector(rotatedLastWord(key));
    key = v128.xor(key, lanesUp(key));
    key = v128.xor(key, v128.shuffle<i64>(i64x2(0, 0), key, 0, 2));
    key = v128.xor(key, v128.xor(substituted, i32x4.splat(roundConstant)));
    sliceRoundKey(key, ROUND_KEYS + PLANES_BYTES * <usize>round, 0x63);
    roundConstant = (roundConstant << 1) ^ (-(roundConstant >> 7) & 0x11b);
  }
  memory.fill(STATE, 0, PLANES_BYTES);
}

/** Encrypts `groups` times 8 blocks at `from` to `to` (or in place) and forgets the state. */
export function encryptGroups(from: usize, to: usize, groups: i32): void {
  for (let group = 0; group < groups; group++) {
    transpose(from, STATE);
    addRoundKey(ROUND_KEYS);
    let roundKey = ROUND_KEYS;
    for (let round = 1; round < ROUNDS; round++) {
      roundKey += PLANES_BYTES;
      substitutePlanes(STATE);
      mixRound(roundKey);
    }
    substitutePlanes(STATE);
    shiftRows();
    addRoundKey(roundKey + PLANES_BYTES);
    transpose(STATE, to);
    from += PLANES_BYTES;
    to += PLANES_BYTES;
  }
  memory.fill(STATE, 0, PLANES_BYTES);
}

/** Forgets the round keys and all blocks. */
export function wipeAes(): void {
  memory.fill(KEY, 0, AES_END - KEY);
}

/** Plane p is all ones where bit p of a byte of the key is set: the same for all blocks. `constant` is added. */
function sliceRoundKey(key: v128, planes: usize, constant: i32): void {
  const withConstant = v128.xor(key, i8x16.splat(<i8>constant));
  for (let p = 0; p < 8; p++) {
    const bit = i8x16.splat((<i8>1) << (<i8>p));
    v128.store(planes + ((<usize>p) << 4), i8x16.eq(v128.and(withConstant, bit), bit));
  }
}

/** The last of four words in every lane, its bytes rotated by one. */
function rotatedLastWord(key: v128): v128 {
  return v128.shuffle<i8>(key, key, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12);
}

/** Lane 0 is zero, lane i + 1 is lane i. */
function lanesUp(key: v128): v128 {
  return v128.shuffle<i32>(i32x4.splat(0), key, 0, 4, 5, 6);
}

/** The S-box of 16 bytes. */
function substituteVector(bytes: v128): v128 {
  v128.store(STATE, bytes);
  memory.fill(STATE + 16, 0, PLANES_BYTES - 16);
  transpose(STATE, STATE);
  substitutePlanes(STATE);
  transpose(STATE, STATE);
  return v128.xor(v128.load(STATE), i8x16.splat(0x63));
}

function addRoundKey(roundKey: usize): void {
  for (let at: usize = 0; at < PLANES_BYTES; at += 16) {
    v128.store(STATE + at, v128.xor(v128.load(STATE + at), v128.load(roundKey + at)));
  }
}

/** Row r (bytes r, r + 4, ...) moves left by r columns. */
function shifted(plane: v128): v128 {
  return v128.shuffle<i8>(plane, plane, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11);
}

/** The same, and each row takes the place of the row above it. */
function shiftedNext(plane: v128): v128 {
  return v128.shuffle<i8>(plane, plane, 5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12);
}

/** Rows r and r + 2 change places. */
function swappedRows(plane: v128): v128 {
  return v128.shuffle<i8>(plane, plane, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

function shiftRows(): void {
  for (let at: usize = 0; at < PLANES_BYTES; at += 16) v128.store(STATE + at, shifted(v128.load(STATE + at)));
}

/** One plane of MixColumns: `doubled` ^ next row ^ the two rows after it ^ round key. */
function storeMixed(plane: usize, roundKey: usize, doubled: v128, next: v128, pair: v128): void {
  const mixed = v128.xor(v128.xor(doubled, next), v128.xor(swappedRows(pair), v128.load(roundKey + plane)));
  v128.store(STATE + plane, mixed);
}

/**
 * ShiftRows, MixColumns, AddRoundKey: a_r becomes 2 (a_r ^ a_{r+1}) ^ a_{r+1} ^ a_{r+2} ^ a_{r+3}. Doubling moves
 * the planes of a_r ^ a_{r+1} up by one and reduces by 0x1b.
 */
function mixRound(roundKey: usize): void {
  const highest = v128.load(STATE, 112);
  const next7 = shiftedNext(highest);
  const top = v128.xor(shifted(highest), next7);
  const plane0 = v128.load(STATE);
  const next0 = shiftedNext(plane0);
  const pair0 = v128.xor(shifted(plane0), next0);
  storeMixed(0, roundKey, top, next0, pair0);
  const plane1 = v128.load(STATE, 16);
  const next1 = shiftedNext(plane1);
  const pair1 = v128.xor(shifted(plane1), next1);
  storeMixed(16, roundKey, v128.xor(pair0, top), next1, pair1);
  const plane2 = v128.load(STATE, 32);
  const next2 = shiftedNext(plane2);
  const pair2 = v128.xor(shifted(plane2), next2);
  storeMixed(32, roundKey, pair1, next2, pair2);
  const plane3 = v128.load(STATE, 48);
  const next3 = shiftedNext(plane3);
  const pair3 = v128.xor(shifted(plane3), next3);
  storeMixed(48, roundKey, v128.xor(pair2, top), next3, pair3);
  const plane4 = v128.load(STATE, 64);
  const next4 = shiftedNext(plane4);
  const pair4 = v128.xor(shifted(plane4), next4);
  storeMixed(64, roundKey, v128.xor(pair3, top), next4, pair4);
  const plane5 = v128.load(STATE, 80);
  const next5 = shiftedNext(plane5);
  const pair5 = v128.xor(shifted(plane5), next5);
  storeMixed(80, roundKey, pair4, next5, pair5);
  const plane6 = v128.load(STATE, 96);
  const next6 = shiftedNext(plane6);
  const pair6 = v128.xor(shifted(plane6), next6);
  storeMixed(96, roundKey, pair5, next6, pair6);
  storeMixed(112, roundKey, pair6, next7, top);
}

/** Transposes the 8 x 8 bits that each byte position forms over eight vectors. Its own inverse. */
function transpose(from: usize, to: usize): void {
  exchange(from, to, 16, 0, 1, i8x16.splat(0x55));
  exchange(from, to, 16, 32, 1, i8x16.splat(0x55));
  exchange(from, to, 16, 64, 1, i8x16.splat(0x55));
  exchange(from, to, 16, 96, 1, i8x16.splat(0x55));
  exchange(to, to, 32, 0, 2, i8x16.splat(0x33));
  exchange(to, to, 32, 16, 2, i8x16.splat(0x33));
  exchange(to, to, 32, 64, 2, i8x16.splat(0x33));
  exchange(to, to, 32, 80, 2, i8x16.splat(0x33));
  exchange(to, to, 64, 0, 4, i8x16.splat(0x0f));
  exchange(to, to, 64, 16, 4, i8x16.splat(0x0f));
  exchange(to, to, 64, 32, 4, i8x16.splat(0x0f));
  exchange(to, to, 64, 48, 4, i8x16.splat(0x0f));
}

/** Swaps the high bits of a vector with the low bits of the one `distance` bytes on, in groups of `shift` bits. */
function exchange(from: usize, to: usize, distance: usize, at: usize, shift: i32, mask: v128): void {
  const low = v128.load(from + at);
  const high = v128.load(from + at + distance);
  const difference = v128.and(v128.xor(i64x2.shr_u(low, shift), high), mask);
  v128.store(to + at, v128.xor(low, i64x2.shl(difference, shift)));
  v128.store(to + at + distance, v128.xor(high, difference));
}
