/** All ones when low <= value <= high, else zero; no branch. For values below 2^30. Internal. */
export function rangeMask(value: number, low: number, high: number): number {
  return ~((value - low) | (high - value)) >> 31;
}
