import { createHash } from 'node:crypto';
import { bytesToHex, concatBytes, hexToBytes } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { aesGcmSivOpen, aesGcmSivSeal } from '../src/ciphers/aes-gcm-siv.ts';
import { createPolyval } from '../src/ciphers/polyval.ts';
import { SIV_VECTORS } from './rfc8452-vectors.ts';

/** `size` bytes that look random and are the same each time. */
const pattern = (size: number): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (let i = 0; 32 * i < size; i++) parts.push(createHash('sha256').update(`pattern ${i}`).digest());
  return concatBytes(...parts).subarray(0, size);
};

describe('POLYVAL', () => {
  it('gives the example of RFC 8452 Appendix A', () => {
    const polyval = createPolyval(hexToBytes('25629347589242761d31f826ba4b757b'));
    polyval.update(hexToBytes('4f4f95668c83dfb6401762bb2d01a262'));
    polyval.update(hexToBytes('d1a24ddd2721d006bbe45f20d3c9f362'));
    expect(bytesToHex(polyval.digest())).toBe('f7a3b47b846119fae5b7866cf5e5b77e');
  });

  it('agrees with bit by bit multiplication', () => {
    /** RFC 8452 §3 over integers: bit i is the coefficient of x^i. */
    const slowDot = (a: bigint, b: bigint): bigint => {
      const modulus = (1n << 128n) | (1n << 127n) | (1n << 126n) | (1n << 121n) | 1n;
      let product = 0n;
      for (let i = 0n; i < 128n; i++) if ((a >> i) & 1n) product ^= b << i;
      for (let i = 0n; i < 128n; i++) product = (product & 1n ? product ^ modulus : product) >> 1n;
      return product;
    };
    const toBigint = (bytes: Uint8Array) => BigInt(`0x${bytesToHex(bytes.slice().reverse())}`);
    const data = pattern(16 * 65);
    const key = data.subarray(0, 16);
    let expected = 0n;
    for (let at = 16; at < data.length; at += 16) {
      expected = slowDot(expected ^ toBigint(data.subarray(at, at + 16)), toBigint(key));
    }
    const polyval = createPolyval(key);
    polyval.update(data.subarray(16));
    expect(toBigint(polyval.digest())).toBe(expected);
  });
});

describe('AES-GCM-SIV', () => {
  it.each(SIV_VECTORS)('seals and opens RFC 8452 $name', ({ key, nonce, plaintext, aad, sealed }) => {
    const [k, n, p, a] = [key, nonce, plaintext, aad].map((hex) => hexToBytes(hex)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(bytesToHex(aesGcmSivSeal(k, n, p, a))).toBe(sealed);
    const opened = aesGcmSivOpen(k, n, hexToBytes(sealed), a);
    expect(opened && bytesToHex(opened)).toBe(plaintext);
  });

  it('opens nothing that was changed in a single bit', () => {
    const { key, nonce, aad, sealed } = SIV_VECTORS.find(({ name }) => name.startsWith('C.2: 18 bytes'))!;
    const parts = [key, nonce, sealed, aad].map((hex) => hexToBytes(hex));
    parts.forEach((part, which) => {
      for (let bit = 0; bit < part.length * 8; bit++) {
        const [k, n, s, a] = parts.map((each) => each.slice()) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const changed = [k, n, s, a][which]!;
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(aesGcmSivOpen(k, n, s, a)).toBeUndefined();
      }
    });
  });

  it('opens nothing of another size', () => {
    const key = pattern(32);
    const nonce = key.subarray(0, 12);
    const sealed = aesGcmSivSeal(key, nonce, pattern(40));
    for (let length = 0; length < sealed.length; length++) {
      expect(aesGcmSivOpen(key, nonce, sealed.subarray(0, length))).toBeUndefined();
    }
    expect(aesGcmSivOpen(key.subarray(0, 24), nonce, sealed)).toBeUndefined();
    expect(aesGcmSivOpen(key, key.subarray(0, 11), sealed)).toBeUndefined();
  });

  it('seals a photo-sized message over many counter batches as an independent implementation does', () => {
    // SHA-256 of the result of OpenSSL 4.0 for the same input.
    const key = pattern(32);
    const sealed = aesGcmSivSeal(key, key.subarray(0, 12), pattern(200_003), key.subarray(0, 5));
    expect(createHash('sha256').update(sealed).digest('hex')).toBe(
      '16282679db44492c99ba05e38b5ff3b61bd05a5eea1973829ff5f54ec29cf94f',
    );
    expect(aesGcmSivOpen(key, key.subarray(0, 12), sealed, key.subarray(0, 5))).toEqual(pattern(200_003));
  });
});
