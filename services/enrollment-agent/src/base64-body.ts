import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const invalid = 64;
const lineBreak = 65;
const padding = 66;

const values = new Uint8Array(256).fill(invalid);
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
values['\r'.charCodeAt(0)] = lineBreak;
values['\n'.charCodeAt(0)] = lineBreak;
values['='.charCodeAt(0)] = padding;

const refuse = (decoded: Uint8Array): RecognizeError => {
  wipe(decoded);
  return new RecognizeError('IMAGE_FORMAT_INVALID', { details: { reason: 'the body is no base64' } });
};

/**
 * Standard base64 with padding (RFC 4648 §4); line breaks may stand anywhere. Works on bytes, since a string of the
 * photo could not be erased afterwards.
 *
 * @returns a fresh array owned by the caller.
 * @throws RecognizeError IMAGE_FORMAT_INVALID
 */
export const decodeBase64Body = (body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(Math.floor((body.length / 4) * 3));
  let length = 0;
  let digits = 0;
  let pads = 0;
  let group = 0;
  for (let i = 0; i < body.length; i++) {
    const value = values[body[i]!]!;
    if (value === lineBreak) continue;
    if (value === invalid || (pads > 0 && value !== padding)) throw refuse(out);
    if (value === padding) pads++;
    group = (group << 6) | (value & 63);
    digits++;
    if (digits % 4 !== 0) continue;
    out[length] = group >> 16;
    out[length + 1] = group >> 8;
    out[length + 2] = group;
    length += 3;
    group = 0;
  }
  if (digits % 4 !== 0 || pads > 2) throw refuse(out);
  return out.subarray(0, length - pads);
};
