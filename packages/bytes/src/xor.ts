import { BytesError } from './bytes-error.ts';

/**
 * target ^= source, in place. The time depends on the length alone.
 * @throws BytesError LENGTH_MISMATCH
 */
export function xorInto(target: Uint8Array, source: Uint8Array): void {
  if (target.length !== source.length) throw new BytesError('LENGTH_MISMATCH', 'Arrays differ in length');
  for (let i = 0; i < target.length; i++) target[i]! ^= source[i]!;
}
