import { expect, it } from 'vitest';
import { atDistance } from './probe-code.ts';

const distance = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, i) => sum + (byte ^ b[i]!).toString(2).replaceAll('0', '').length, 0);

it.each([0, 1, 743, 744, 2_048])('differs from its code in exactly %i bits, wherever it begins', (count) => {
  const code = Uint8Array.from({ length: 256 }, (_, i) => (i * 37) & 255);
  for (const from of [0, 1, 2_047]) expect(distance(code, atDistance(code, count, from))).toBe(count);
});

it('refuses a distance no probe can have', () => {
  expect(() => atDistance(new Uint8Array(8), 65)).toThrow(RangeError);
  expect(() => atDistance(new Uint8Array(8), -1)).toThrow(RangeError);
});
