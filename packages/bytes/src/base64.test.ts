import { describe, expect, it } from 'vitest';
import { base64ToBytes, base64UrlToBytes, bytesToBase64, bytesToBase64Url } from './base64.ts';

const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('encodes and decodes %j as RFC 4648 §10 says', (plain, text) => {
    expect(bytesToBase64(ascii(plain))).toBe(text);
    expect(base64ToBytes(text)).toEqual(ascii(plain));
    expect(bytesToBase64Url(ascii(plain))).toBe(text.replaceAll('=', ''));
    expect(base64UrlToBytes(text.replaceAll('=', ''))).toEqual(ascii(plain));
  });
  it('agrees with Node on all digits, all lengths to 70 and a long input', () => {
    for (const length of [...Array(70).keys(), 100_001]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 197 + length * 31) & 255);
      expect(bytesToBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(bytesToBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(base64ToBytes(bytesToBase64(bytes))).toEqual(bytes);
      expect(base64UrlToBytes(bytesToBase64Url(bytes))).toEqual(bytes);
    }
  });
  it.each(['Zg', 'Zg=', 'Zh==', 'Zm9=', 'Z===', '====', '=', 'Zg==Zg==', 'Zm9v\n', 'Zm-_', 'Zm9\u0176'])(
    'refuses %j as standard base64',
    (text) => {
      expect(() => base64ToBytes(text)).toThrow(expect.objectContaining({ code: 'BASE64_INVALID' }));
    },
  );
  it.each(['Zg==', 'Zh', 'Zm9', 'Z', 'Zm9vY', 'Zm+/', 'Zm 9', 'Zm9\u0176'])(
    'refuses %j as URL-safe base64',
    (text) => {
      expect(() => base64UrlToBytes(text)).toThrow(expect.objectContaining({ code: 'BASE64_INVALID' }));
    },
  );
});
