import { expect, it } from 'vitest';
import { randomUuid } from './random-uuid.ts';

it('sets version and variant and keeps the other 122 bits', () => {
  expect(randomUuid((length) => new Uint8Array(length).fill(0xff))).toBe(
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
  );
  expect(randomUuid((length) => new Uint8Array(length))).toBe('00000000-0000-4000-8000-000000000000');
  expect(randomUuid((length) => Uint8Array.from({ length }, (_, index) => index * 17))).toBe(
    '00112233-4455-4677-8899-aabbccddeeff',
  );
});
