import { bytesToHex, hexToBytes } from '@openrecognize/bytes';
import type { AesBatchFactory } from '../aes-batch.ts';
import type { TestPrimitives } from './test-primitives.ts';

/** FIPS 197 appendix B and C.1; NIST SP 800-38A §F.1.1. */
const KNOWN_ANSWERS = [
  {
    key: '2b7e151628aed2a6abf7158809cf4f3c',
    plain: '3243f6a8885a308d313198a2e0370734',
    cipher: '3925841d02dc09fbdc118597196a0b32',
  },
  {
    key: '000102030405060708090a0b0c0d0e0f',
    plain: '00112233445566778899aabbccddeeff',
    cipher: '69c4e0d86a7b0430d8cdb78070b4c55a',
  },
  {
    key: '2b7e151628aed2a6abf7158809cf4f3c',
    plain:
      '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
      '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
    cipher:
      '3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf' +
      '43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4',
  },
];

/** The suite every {@link AesBatchFactory} passes. */
export function describeAesBatch(aes: AesBatchFactory, { describe, it, expect }: TestPrimitives): void {
  describe(`AES batch ${aes.name}`, () => {
    for (const { key, plain, cipher } of KNOWN_ANSWERS) {
      it(`encrypts ${plain.length / 32} block(s) under ${key.slice(0, 4)}... as NIST published`, () => {
        const output = new Uint8Array(plain.length / 2);
        aes.create(hexToBytes(key)).encryptBlocks(hexToBytes(plain), output, output.length / 16);
        expect(bytesToHex(output)).toBe(cipher);
      });
    }

    it('gives block by block what it gives for a batch, for odd counts and unaligned views too', () => {
      const batch = aes.create(new Uint8Array(16).fill(7));
      const input = Uint8Array.from({ length: 16 * 9 + 1 }, (_, i) => i * i + 1).subarray(1);
      const whole = new Uint8Array(16 * 9 + 3).subarray(3);
      batch.encryptBlocks(input, whole, 9);
      for (let block = 0; block < 9; block++) {
        const single = new Uint8Array(16);
        batch.encryptBlocks(input.subarray(16 * block), single, 1);
        expect(bytesToHex(single)).toBe(bytesToHex(whole.subarray(16 * block, 16 * block + 16)));
      }
    });

    it('touches neither its input nor output beyond the count', () => {
      const batch = aes.create(new Uint8Array(16));
      const input = new Uint8Array(64).fill(5);
      const output = new Uint8Array(64).fill(9);
      batch.encryptBlocks(input, output, 3);
      expect(input).toEqual(new Uint8Array(64).fill(5));
      expect(output.subarray(48)).toEqual(new Uint8Array(16).fill(9));
      batch.dispose();
    });

    it('keeps batches under different keys apart', () => {
      const first = aes.create(hexToBytes(KNOWN_ANSWERS[0]!.key));
      const second = aes.create(hexToBytes(KNOWN_ANSWERS[1]!.key));
      const output = new Uint8Array(16);
      first.encryptBlocks(hexToBytes(KNOWN_ANSWERS[0]!.plain), output, 1);
      second.encryptBlocks(hexToBytes(KNOWN_ANSWERS[1]!.plain), output, 1);
      expect(bytesToHex(output)).toBe(KNOWN_ANSWERS[1]!.cipher);
      first.encryptBlocks(hexToBytes(KNOWN_ANSWERS[0]!.plain), output, 1);
      expect(bytesToHex(output)).toBe(KNOWN_ANSWERS[0]!.cipher);
    });
  });
}
