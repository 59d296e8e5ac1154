import { CircuitError } from './circuit-error.ts';

/** Fewest bits of a code a payload may be about. */
export const MIN_BITS = 64;

/** Most bits of a code a payload may be about. */
export const MAX_BITS = 4096;

/** Bytes of a wire label, of delta, of the hash key and of an AES block. */
export const LABEL_BYTES = 16;

/** Whether n is a power of two in {@link MIN_BITS}..{@link MAX_BITS} (spec 03 GC-16). */
export function isSupportedBits(n: number): boolean {
  return Number.isInteger(n) && n >= MIN_BITS && n <= MAX_BITS && (n & (n - 1)) === 0;
}

/** Whether T is an integer in 0..n (spec 03 GC-17). */
export function isSupportedThreshold(n: number, threshold: number): boolean {
  return Number.isInteger(threshold) && threshold >= 0 && threshold <= n;
}

/**
 * The arguments every garbling starts from.
 * @throws CircuitError PARAMETERS_INVALID
 */
export function checkBitsAndThreshold(n: number, threshold: number): void {
  if (!isSupportedBits(n)) {
    throw new CircuitError('PARAMETERS_INVALID', `n must be a power of two in ${MIN_BITS}..${MAX_BITS}`);
  }
  if (!isSupportedThreshold(n, threshold)) {
    throw new CircuitError('PARAMETERS_INVALID', 'The threshold must be an integer in 0..n');
  }
}
