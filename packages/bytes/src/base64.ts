import { asciiToString } from './ascii.ts';
import { BytesError } from './bytes-error.ts';
import { rangeMask } from './range-mask.ts';

const PAD = 61;

/** Standard base64 with padding (RFC 4648 §4). Computed, not looked up. */
export function bytesToBase64(bytes: Uint8Array): string {
  return encode(bytes, 43, 47, true);
}

/** URL-safe base64 without padding (RFC 4648 §5, the form JOSE uses). Computed, not looked up. */
export function bytesToBase64Url(bytes: Uint8Array): string {
  return encode(bytes, 45, 95, false);
}

/**
 * Decodes standard base64. Strict: padding required, no white space, unused bits zero, so that each
 * byte string has exactly one accepted text (RFC 4648 §3.5).
 * @throws BytesError BASE64_INVALID
 */
export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw invalidBase64();
  let end = text.length;
  if (end > 0 && text.charCodeAt(end - 1) === PAD) end--;
  if (end > 0 && text.length !== end && text.charCodeAt(end - 1) === PAD) end--;
  return decode(text, end, 43, 47);
}

/**
 * Decodes URL-safe base64 without padding. Strict in the same sense as {@link base64ToBytes}.
 * @throws BytesError BASE64_INVALID
 */
export function base64UrlToBytes(text: string): Uint8Array<ArrayBuffer> {
  return decode(text, text.length, 45, 95);
}

function invalidBase64(): BytesError {
  return new BytesError('BASE64_INVALID', 'Text is not canonical base64');
}

function encode(bytes: Uint8Array, code62: number, code63: number, pad: boolean): string {
  const digits = Math.ceil((bytes.length * 4) / 3);
  const codes = new Uint8Array(pad ? Math.ceil(bytes.length / 3) * 4 : digits).fill(PAD);
  for (let i = 0, o = 0; i < bytes.length; i += 3) {
    // Past the end typed arrays read undefined, which shifts to 0: the unused bits are zero.
    const group = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    for (let shift = 18; shift >= 0 && o < digits; shift -= 6) {
      codes[o++] = digitCode((group >> shift) & 63, code62, code63);
    }
  }
  return asciiToString(codes);
}

function decode(text: string, end: number, code62: number, code63: number): Uint8Array<ArrayBuffer> {
  if (end % 4 === 1) throw invalidBase64();
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let invalid = 0;
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0, o = 0; i < end; i++) {
    const value = digitValue(text.charCodeAt(i), code62, code63);
    invalid |= value;
    pending = ((pending << 6) | (value & 63)) & 0xffff;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[o++] = pending >> pendingBits;
    }
  }
  const unused = pending & ((1 << pendingBits) - 1);
  if (invalid < 0 || unused !== 0) throw invalidBase64();
  return bytes;
}

function digitCode(value: number, code62: number, code63: number): number {
  return (
    (equals(value, 62) & code62) |
    (equals(value, 63) & code63) |
    (rangeMask(value, 0, 25) & (value + 65)) |
    (rangeMask(value, 26, 51) & (value + 71)) |
    (rangeMask(value, 52, 61) & (value - 4))
  );
}

/** Value 0..63 of a digit's code, or a negative number. */
function digitValue(code: number, code62: number, code63: number): number {
  const upper = rangeMask(code, 65, 90);
  const lower = rangeMask(code, 97, 122);
  const digit = rangeMask(code, 48, 57);
  const is62 = equals(code, code62);
  const is63 = equals(code, code63);
  return (
    (upper & (code - 65)) |
    (lower & (code - 71)) |
    (digit & (code + 4)) |
    (is62 & 62) |
    (is63 & 63) |
    ~(upper | lower | digit | is62 | is63)
  );
}

/** All ones when equal, else zero. */
function equals(a: number, b: number): number {
  return rangeMask(a, b, b);
}
