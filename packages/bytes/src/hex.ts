import { asciiToString } from './ascii.ts';
import { BytesError } from './bytes-error.ts';
import { rangeMask } from './range-mask.ts';

/**
 * Hexadecimal text of `bytes`, two digits each, lower case unless `options.upper`.
 * Digits are computed, not looked up, so the memory access pattern doesn't depend on the bytes.
 */
export function bytesToHex(bytes: Uint8Array, options: { readonly upper?: boolean } = {}): string {
  const letterGap = options.upper === true ? 7 : 39;
  const codes = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i++) {
    codes[2 * i] = hexDigit(bytes[i]! >> 4, letterGap);
    codes[2 * i + 1] = hexDigit(bytes[i]! & 15, letterGap);
  }
  return asciiToString(codes);
}

/**
 * Bytes of hexadecimal text, either case, nothing else: no prefix, no separators, even length.
 * @throws BytesError HEX_INVALID
 */
export function hexToBytes(hex: string): Uint8Array<ArrayBuffer> {
  if (hex.length % 2 !== 0) throw new BytesError('HEX_INVALID', 'Hexadecimal text must have an even length');
  const bytes = new Uint8Array(hex.length / 2);
  let invalid = 0;
  for (let i = 0; i < bytes.length; i++) {
    const high = hexValue(hex.charCodeAt(2 * i));
    const low = hexValue(hex.charCodeAt(2 * i + 1));
    invalid |= high | low;
    bytes[i] = (high << 4) | low;
  }
  if (invalid < 0)
    throw new BytesError('HEX_INVALID', 'Text contains a character that is no hexadecimal digit');
  return bytes;
}

/** `letterGap` is the distance between the code after '9' and the code of the letter a or A. */
function hexDigit(nibble: number, letterGap: number): number {
  return 48 + nibble + (((9 - nibble) >> 31) & letterGap);
}

/** Value 0..15 of a digit's code, or -1. Branch-free on the code. */
function hexValue(code: number): number {
  const folded = code | 32;
  const isDigit = rangeMask(code, 48, 57);
  const isLetter = rangeMask(folded, 97, 102) & rangeMask(code, 65, 102);
  return (isDigit & (code - 48)) | (isLetter & (folded - 87)) | ~(isDigit | isLetter);
}
