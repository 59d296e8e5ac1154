import { describe, expect, it } from 'vitest';
import { circuitIdOf, objectKeyOf, objectKeyPrefixOf, parseObjectKey } from './circuit-ref.ts';

const payload = {
  userId: 'AB'.repeat(32),
  deviceId: '01'.repeat(16),
  circuitIndex: 4_294_967_294,
  payloadSha256: new Uint8Array(32).fill(0xcd),
  objectId: new Uint8Array(8).fill(0x0e),
};
const KEY = `${'AB'.repeat(32)}/${'01'.repeat(16)}/4294967294-${'cd'.repeat(32)}-${'0e'.repeat(8)}`;

describe('object keys', () => {
  it('name device, index, hash and upload', () => {
    expect(objectKeyOf(payload)).toBe(KEY);
    expect(KEY.startsWith(objectKeyPrefixOf(payload))).toBe(true);
    expect(circuitIdOf(payload)).toBe(`${'AB'.repeat(32)}/${'01'.repeat(16)}/4294967294`);
  });

  it('read back', () => {
    expect(parseObjectKey(KEY)).toEqual(payload);
  });

  it.each([
    KEY.toLowerCase(),
    KEY.replace('cdcd', 'CDCD'),
    KEY.replace('4294967294', '4294967295'),
    KEY.replace('4294967294', '042'),
    KEY.replace('4294967294', '-1'),
    `${KEY}0`,
    `x${KEY}`,
    `${KEY}\n`,
    KEY.slice(1),
    'README',
  ])('are not recognised in %j', (key) => {
    expect(parseObjectKey(key)).toBeUndefined();
  });
});
