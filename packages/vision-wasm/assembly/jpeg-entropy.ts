import { AC_CHROMINANCE, AC_LUMINANCE, DC_CHROMINANCE, DC_LUMINANCE, ZIGZAG } from './jpeg-tables';

/** Huffman coding of quantized blocks (ITU-T T.81, F.1.2) and the bytes of the entropy-coded segment. */

/** Code and length of each symbol, 256 words a table: DC and AC of luminance, then of chrominance. */
const CODES: usize = memory.data(4 * 1024);
/** Where the scan finds each coefficient, in bytes: blocks are transposed, 4 bytes a coefficient. */
const SCAN: usize = memory.data(64 * 2);

let cursor: usize = 0;
let pendingBits: u64 = 0;
let pendingCount: i32 = 0;

/** Prepares the code tables (ITU-T T.81, Annex C). Once per instance. */
export function prepareCodes(): void {
  assignCodes(DC_LUMINANCE, CODES);
  assignCodes(AC_LUMINANCE, CODES + 1024);
  assignCodes(DC_CHROMINANCE, CODES + 2048);
  assignCodes(AC_CHROMINANCE, CODES + 3072);
  for (let k: usize = 0; k < 64; k++) {
    const place = load<u8>(ZIGZAG + k);
    store<u16>(SCAN + (k << 1), ((<u16>place & 7) << 5) | ((<u16>place >> 3) << 2));
  }
}

function assignCodes(table: usize, codes: usize): void {
  let symbol = table + 16;
  let code: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) {
    for (let n = load<u8>(table + <usize>length - 1); n > 0; n--) {
      store<u32>(codes + ((<usize>load<u8>(symbol)) << 2), (code << 8) | length);
      symbol++;
      code++;
    }
    code <<= 1;
  }
}

/** Begins a segment, no bits pending. */
export function startBits(): void {
  pendingBits = 0;
  pendingCount = 0;
}

export function moveCursor(to: usize): void {
  cursor = to;
}
export function cursorAt(): usize {
  return cursor;
}

export function putByte(value: u32): void {
  store<u8>(cursor, <u8>value);
  cursor++;
}

export function putWord(value: u32): void {
  putByte(value >> 8);
  putByte(value & 0xff);
}

/** `count` <= 32 bits, the last ones of `bits`. At most 7 stay pending. */
function putBits(bits: u32, count: i32): void {
  pendingBits = (pendingBits << count) | <u64>bits;
  pendingCount += count;
  while (pendingCount >= 8) {
    pendingCount -= 8;
    const byte = <u8>(pendingBits >> pendingCount);
    store<u8>(cursor, byte);
    cursor++;
    // A marker would begin with this byte: a zero tells that none does (B.1.1.5).
    if (byte === 0xff) {
      store<u8>(cursor, 0);
      cursor++;
    }
  }
}

/** Fills the last byte with ones. */
export function finishBits(): void {
  const missing = (8 - pendingCount) & 7;
  putBits((1 << missing) - 1, missing);
}

/** A symbol and the low bits of a value: negative values count from all ones below (F.1.2.1). */
function putValue(codes: usize, run: u32, value: i32): void {
  const size = 32 - clz(<u32>abs(value));
  const entry = load<u32>(codes + ((<usize>((run << 4) | <u32>size)) << 2));
  const extra = <u32>(value + (value >> 31)) & ((1 << size) - 1);
  putBits(((entry >> 8) << size) | extra, <i32>(entry & 0xff) + size);
}

/** Codes the block of 64 words at `block`; returns its DC value, the prediction of the next. */
export function encodeBlock(block: usize, predicted: i32, chrominance: bool): i32 {
  const dcCodes = chrominance ? CODES + 2048 : CODES;
  const acCodes = dcCodes + 1024;
  const dc = load<i32>(block);
  putValue(dcCodes, 0, dc - predicted);
  let run: u32 = 0;
  for (let k: usize = 2; k < 128; k += 2) {
    const value = load<i32>(block + load<u16>(SCAN + k));
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) {
      const sixteenZeros = load<u32>(acCodes + 0xf0 * 4);
      putBits(sixteenZeros >> 8, <i32>(sixteenZeros & 0xff));
    }
    putValue(acCodes, run, value);
    run = 0;
  }
  if (run > 0) {
    const endOfBlock = load<u32>(acCodes);
    putBits(endOfBlock >> 8, <i32>(endOfBlock & 0xff));
  }
  return dc;
}
