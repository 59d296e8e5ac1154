import { bytesToBase64 } from '@openrecognize/bytes';
import { describe, expect, it } from 'vitest';
import { deriveDeviceId } from '../messages/index.ts';
import { generateDeviceKey } from './device-key.ts';
import { createDeviceKeyCache, judgeDeviceSignature } from './device-signatures.ts';
import { nodeCryptoSuite } from './node-crypto-suite.ts';

const message = Uint8Array.from([1, 2, 3]);

const claimOf = (device = generateDeviceKey()) => ({
  deviceId: deriveDeviceId(nodeCryptoSuite, device.publicSigningKey),
  publicSigningKey: bytesToBase64(device.publicSigningKey),
  message: bytesToBase64(message),
  signature: bytesToBase64(device.sign(message)),
});

describe('a device signature', () => {
  const keys = createDeviceKeyCache(4);
  const claim = claimOf();
  const other = claimOf();

  it('of the message by the key the device is named after is genuine, the first time and again', () => {
    expect([judgeDeviceSignature(keys, claim), judgeDeviceSignature(keys, claim)]).toEqual([
      'genuine',
      'genuine',
    ]);
  });

  it.each([
    ['another message', { message: bytesToBase64(Uint8Array.from([1, 2])) }],
    ['another device', { signature: other.signature }],
  ])('of %s is forged', (_, changed) => {
    expect(judgeDeviceSignature(keys, { ...claim, ...changed })).toBe('forged');
  });

  it.each([
    ['the key of another device', { publicSigningKey: other.publicSigningKey }],
    ['a key that is none', { publicSigningKey: 'AAAA' }],
    ['a key with a bit more', { publicSigningKey: `${claim.publicSigningKey}AA==` }],
    ['a signature of 63 bytes', { signature: bytesToBase64(new Uint8Array(63)) }],
    ['a message that is no base64', { message: '?' }],
  ])('with %s is malformed', (_, changed) => {
    expect(judgeDeviceSignature(keys, { ...claim, ...changed })).toBe('malformed');
  });
});

describe('a cache of device keys', () => {
  it('drops the key that was not used for the longest time', () => {
    const keys = createDeviceKeyCache(2);
    const [a, b, c] = [claimOf(), claimOf(), claimOf()].map(({ publicSigningKey }) => publicSigningKey);
    const first = keys.find(a!);
    const second = keys.find(b!);
    expect(keys.find(a!)).toBe(first);
    keys.find(c!);
    expect(keys.find(a!)).toBe(first);
    expect(keys.find(b!)).not.toBe(second);
  });

  it('of no capacity still finds keys', () => {
    const { publicSigningKey, deviceId } = claimOf();
    expect(createDeviceKeyCache(0).find(publicSigningKey)?.deviceId).toBe(deviceId);
  });
});
