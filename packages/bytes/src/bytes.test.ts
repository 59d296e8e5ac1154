import { describe, expect, it } from 'vitest';
import {
  bytesToUtf8,
  concatBytes,
  constantTimeEqual,
  hammingDistance,
  popcount,
  utf8ToBytes,
  wipe,
  xorInto,
} from './index.ts';

describe('bytes', () => {
  it('concatenates copies', () => {
    const first = Uint8Array.of(1, 2);
    const joined = concatBytes(first, new Uint8Array(0), Uint8Array.of(3));
    first[0] = 9;
    expect(joined).toEqual(Uint8Array.of(1, 2, 3));
  });
  it('compares by content and length', () => {
    expect(constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 130))).toBe(false);
    expect(constantTimeEqual(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
  });
  it('wipes arrays of every width', () => {
    const arrays = [Uint8Array.of(1), Uint32Array.of(1), Int32Array.of(-1), BigUint64Array.of(1n)] as const;
    wipe(...arrays);
    for (const array of arrays) expect(Number(array[0])).toBe(0);
  });
  it('xors in place and insists on equal lengths', () => {
    const target = Uint8Array.of(0b1100, 255);
    xorInto(target, Uint8Array.of(0b1010, 1));
    expect(target).toEqual(Uint8Array.of(0b0110, 254));
    expect(() => xorInto(target, new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: 'LENGTH_MISMATCH' }),
    );
  });
  it('counts the ones of every byte value', () => {
    for (let value = 0; value < 256; value++) {
      const ones = value.toString(2).replaceAll('0', '').length;
      expect(popcount(Uint8Array.of(value))).toBe(ones);
      expect(hammingDistance(Uint8Array.of(value, 7), Uint8Array.of(0, 7))).toBe(ones);
    }
    expect(() => hammingDistance(new Uint8Array(1), new Uint8Array(2))).toThrow(
      expect.objectContaining({ code: 'LENGTH_MISMATCH' }),
    );
  });
  it('round-trips UTF-8, byte order mark included', () => {
    expect(utf8ToBytes('é€😀')).toEqual(Uint8Array.of(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80));
    expect(bytesToUtf8(utf8ToBytes('\ufeffa'))).toBe('\ufeffa');
  });
  it('refuses malformed UTF-8 and lone surrogates', () => {
    const invalid = expect.objectContaining({ code: 'UTF8_INVALID' });
    expect(() => bytesToUtf8(Uint8Array.of(0xc0, 0xaf))).toThrow(invalid);
    expect(() => bytesToUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toThrow(invalid);
    for (const text of ['\ud800', '\udfff', 'a\udc00\ud800', '😀\ud83d', 'é\ude00😀']) {
      expect(() => utf8ToBytes(text)).toThrow(invalid);
    }
    expect(bytesToUtf8(utf8ToBytes('😀\u{10ffff}\ue000\ud7ff'))).toBe('😀\u{10ffff}\ue000\ud7ff');
  });
});
