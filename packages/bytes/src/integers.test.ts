import { describe, expect, it } from 'vitest';
import { readU32le, readU64le, u32le, u64le, writeU32le, writeU64le } from './integers.ts';

describe('little-endian integers', () => {
  it('lays out 32 bits lowest byte first', () => {
    expect(u32le(0x01020304)).toEqual(Uint8Array.of(4, 3, 2, 1));
    expect(readU32le(Uint8Array.of(9, 0xff, 0xff, 0xff, 0xff), 1)).toBe(0xffffffff);
  });
  it('lays out 64 bits lowest byte first, from bigint and number', () => {
    expect(u64le(0x0102030405060708n)).toEqual(Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1));
    expect(u64le(2 ** 40)).toEqual(u64le(1n << 40n));
    expect(readU64le(new Uint8Array(8).fill(255))).toBe(0xffffffffffffffffn);
  });
  it.each([-1, 2 ** 32, 1.5, Number.NaN])('refuses %d as 32 bits', (value) => {
    expect(() => u32le(value)).toThrow(expect.objectContaining({ code: 'INTEGER_OUT_OF_RANGE' }));
  });
  it.each([-1n, 1n << 64n, 2 ** 53, -1, 0.5])('refuses %s as 64 bits', (value) => {
    expect(() => u64le(value)).toThrow(expect.objectContaining({ code: 'INTEGER_OUT_OF_RANGE' }));
  });
  it('never reads or writes past the end', () => {
    const four = new Uint8Array(4);
    const outside = expect.objectContaining({ code: 'OFFSET_OUT_OF_RANGE' });
    expect(() => readU32le(four, 1)).toThrow(outside);
    expect(() => readU32le(four, -1)).toThrow(outside);
    expect(() => writeU32le(four, 0, 2)).toThrow(outside);
    expect(() => readU64le(four)).toThrow(outside);
    expect(() => writeU64le(four, 0)).toThrow(outside);
  });
});
