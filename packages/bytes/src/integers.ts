import { BytesError } from './bytes-error.ts';

const U32_MAX = 0xffffffff;
const U64_MAX = 0xffffffffffffffffn;

/**
 * Reads 4 bytes at `offset`, little-endian, 0..2^32-1.
 * @throws BytesError OFFSET_OUT_OF_RANGE
 */
export function readU32le(bytes: Uint8Array, offset = 0): number {
  checkOffset(bytes, offset, 4);
  return (
    (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>>
    0
  );
}

/**
 * Writes `value` (integer, 0..2^32-1) as 4 bytes at `offset`, little-endian.
 * @throws BytesError OFFSET_OUT_OF_RANGE, INTEGER_OUT_OF_RANGE
 */
export function writeU32le(bytes: Uint8Array, value: number, offset = 0): void {
  checkOffset(bytes, offset, 4);
  if (!Number.isInteger(value) || value < 0 || value > U32_MAX) throw integerOutOfRange(32);
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

/**
 * Reads 8 bytes at `offset`, little-endian, 0..2^64-1.
 * @throws BytesError OFFSET_OUT_OF_RANGE
 */
export function readU64le(bytes: Uint8Array, offset = 0): bigint {
  checkOffset(bytes, offset, 8);
  return BigInt(readU32le(bytes, offset)) | (BigInt(readU32le(bytes, offset + 4)) << 32n);
}

/**
 * Writes `value` (a bigint 0..2^64-1, or a safe non-negative integer) as 8 bytes at `offset`, little-endian.
 * @throws BytesError OFFSET_OUT_OF_RANGE, INTEGER_OUT_OF_RANGE
 */
export function writeU64le(bytes: Uint8Array, value: bigint | number, offset = 0): void {
  checkOffset(bytes, offset, 8);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw integerOutOfRange(64);
  const wide = BigInt(value);
  if (wide < 0n || wide > U64_MAX) throw integerOutOfRange(64);
  writeU32le(bytes, Number(wide & 0xffffffffn), offset);
  writeU32le(bytes, Number(wide >> 32n), offset + 4);
}

/** The 4 little-endian bytes of `value`. @throws BytesError INTEGER_OUT_OF_RANGE */
export function u32le(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  writeU32le(bytes, value);
  return bytes;
}

/** The 8 little-endian bytes of `value`. @throws BytesError INTEGER_OUT_OF_RANGE */
export function u64le(value: bigint | number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  writeU64le(bytes, value);
  return bytes;
}

function checkOffset(bytes: Uint8Array, offset: number, size: number): void {
  if (!Number.isInteger(offset) || offset < 0 || offset + size > bytes.length) {
    throw new BytesError('OFFSET_OUT_OF_RANGE', `No ${size} bytes at this offset`);
  }
}

function integerOutOfRange(bits: number): BytesError {
  return new BytesError('INTEGER_OUT_OF_RANGE', `Value is no unsigned ${bits}-bit integer`);
}
