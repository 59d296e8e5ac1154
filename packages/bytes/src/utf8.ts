import { BytesError } from './bytes-error.ts';

// Present in every browser, worker and Node release, but in no ECMAScript library file.
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

// Not `isWellFormed`, which WebViews before 111 don't have. In unicode mode a pair is one character, so that only a lone
// surrogate is found; the plain search spares most texts this slower one.
const SURROGATE = /[\uD800-\uDFFF]/;
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/**
 * UTF-8 of `text`.
 * @throws BytesError UTF8_INVALID when the text has a lone surrogate, which UTF-8 can't express
 */
export function utf8ToBytes(text: string): Uint8Array<ArrayBuffer> {
  if (SURROGATE.test(text) && LONE_SURROGATE.test(text))
    throw new BytesError('UTF8_INVALID', 'Text contains a lone surrogate');
  return new TextEncoder().encode(text);
}

/**
 * Text of strict UTF-8; a byte order mark is kept as a character, so that decoding is injective.
 * @throws BytesError UTF8_INVALID
 */
export function bytesToUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BytesError('UTF8_INVALID', 'Bytes are not valid UTF-8');
  }
}
