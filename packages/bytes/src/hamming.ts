import { BytesError } from './bytes-error.ts';

/** Number of one bits. No table, no branch on the bytes. */
export function popcount(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += popcountByte(bytes[i]!);
  return count;
}

/**
 * Number of bit positions in which `a` and `b` differ. No table, no branch on the bytes.
 * @throws BytesError LENGTH_MISMATCH
 */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new BytesError('LENGTH_MISMATCH', 'Arrays differ in length');
  let count = 0;
  for (let i = 0; i < a.length; i++) count += popcountByte(a[i]! ^ b[i]!);
  return count;
}

function popcountByte(byte: number): number {
  const pairs = byte - ((byte >> 1) & 0x55);
  const nibbles = (pairs & 0x33) + ((pairs >> 2) & 0x33);
  return (nibbles + (nibbles >> 4)) & 15;
}
