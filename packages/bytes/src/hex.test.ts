import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from './hex.ts';

const all = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('hex', () => {
  it('writes every byte as Node does, lower case by default', () => {
    expect(bytesToHex(all)).toBe(Buffer.from(all).toString('hex'));
  });
  it('writes upper case on request', () => {
    expect(bytesToHex(all, { upper: true })).toBe(Buffer.from(all).toString('hex').toUpperCase());
  });
  it('reads both cases', () => {
    expect(hexToBytes('00fFAb9A')).toEqual(Uint8Array.of(0, 255, 0xab, 0x9a));
    expect(hexToBytes(bytesToHex(all, { upper: true }))).toEqual(all);
  });
  it('accepts exactly the 22 digit characters of the first 512 code units', () => {
    const accepted: string[] = [];
    for (let code = 0; code < 512; code++) {
      const character = String.fromCharCode(code);
      try {
        hexToBytes(`0${character}`);
        accepted.push(character);
      } catch (error) {
        expect(error).toMatchObject({ code: 'HEX_INVALID' });
      }
    }
    expect(accepted.join('')).toBe('0123456789ABCDEFabcdef');
  });
  it.each(['0', '0x00', '00 00', '0\uff11', 'g0'])('refuses %j', (text) => {
    expect(() => hexToBytes(text)).toThrow(expect.objectContaining({ code: 'HEX_INVALID' }));
  });
});
