import { createHash } from 'node:crypto';

/** Integers -128..127 from SHA-256(label || counter as u32 little-endian), one per byte (spec 02 §10). */
export const vectorIntegers = (label: string, count: number): number[] => {
  const values: number[] = [];
  for (let counter = 0; values.length < count; counter++) {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32LE(counter);
    const digest = createHash('sha256').update(label).update(suffix).digest();
    for (const byte of digest) values.push(byte < 128 ? byte : byte - 256);
  }
  return values.slice(0, count);
};

/** float32 of the integers divided by 97: no dyadic numbers, so that every rounding counts. */
export const vectorFloats = (label: string, count: number): Float32Array =>
  Float32Array.from(vectorIntegers(label, count), (value) => value / 97);
