import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { hexToBytes } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { derToP1363 } from './ecdsa-signature.ts';

describe('a DER signature', () => {
  it('becomes the two numbers in 32 bytes each, short and padded ones included', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const message = Buffer.from('message');
    const lengths = new Set<number>();
    for (let round = 0; round < 600; round++) {
      const der = sign('sha256', message, privateKey);
      lengths.add(der.length);
      const signature = derToP1363(der);
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  it('of the smallest numbers is filled up with zeros', () => {
    const signature = derToP1363(hexToBytes('3006020101020102'));
    expect(signature).toHaveLength(64);
    expect([signature[31], signature[63]]).toEqual([1, 2]);
  });

  it.each([
    ['nothing', ''],
    ['another tag', '3106020101020102'],
    ['a wrong length', '3007020101020102'],
    ['bytes after the end', '300602010102010200'],
    ['bytes after the second number', '300702010102010200'],
    ['one number', '3003020101'],
    ['a negative number', '3006020181020102'],
    ['a number padded for nothing', '300702020001020102'],
    ['an empty number', '30050200020102'],
    ['a number of 33 significant bytes', `3026022101${'00'.repeat(32)}020102`],
    ['a number beyond the end', '3006020101020902'],
  ])('is refused with %s', (_, hex) => {
    expect(() => derToP1363(hexToBytes(hex))).toThrow('no DER signature');
  });
});
