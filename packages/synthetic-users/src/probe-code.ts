/**
 * A copy of the code with `count` bits flipped, spread over it: what a capture at that Hamming distance gives.
 *
 * @param count 0 to the number of bits of the code.
 * @param from the first bit looked at; different values give different probes at the same distance.
 * @throws RangeError for a count the code has not bits enough for
 */
export const atDistance = (code: Uint8Array, count: number, from = 0): Uint8Array => {
  const bits = code.length * 8;
  if (!Number.isInteger(count) || count < 0 || count > bits) throw new RangeError('count');
  const probe = code.slice();
  for (let k = 0; k < count; k++) {
    // Codes have a power of two bits, so that an odd stride meets each bit once.
    const bit = (from + k * 5) % bits;
    probe[bit >> 3]! ^= 1 << (bit & 7);
  }
  return probe;
};
