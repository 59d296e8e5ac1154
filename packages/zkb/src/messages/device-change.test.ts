import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { nodeCryptoSuite } from '../node/node-crypto-suite.ts';
import { addDeviceSigningInput, removeDeviceSigningInput } from './device-change.ts';

const change = {
  userId: 'A'.repeat(64),
  deviceId: 'B'.repeat(32),
  otherPublicSigningKey: new Uint8Array(91).fill(3),
  ticket: 'ticket-1',
};
const freshness = { timestampMs: 1_800_000_000_123, requestNonce: new Uint8Array(16).fill(4) };

/** The layout of spec 04 §4.3, put together by hand. */
const expected = (label: string): Buffer => {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(freshness.timestampMs));
  const fields = [
    Buffer.from(`openrecognize/zkb/v1 ${label}`),
    Buffer.from(change.userId),
    Buffer.from(change.deviceId),
    Buffer.from(change.otherPublicSigningKey),
    createHash('sha256').update(change.ticket).digest(),
    time,
    Buffer.from(freshness.requestNonce),
  ];
  const lengthOf = (field: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(field.length);
    return length;
  };
  return Buffer.concat(fields.flatMap((field) => [lengthOf(field), field]));
};

it.each([
  ['add-device', addDeviceSigningInput],
  ['remove-device', removeDeviceSigningInput],
] as const)('binds the tuple %s to users, keys, ticket and time (spec 08 §6)', (label, inputOf) => {
  expect(Buffer.from(inputOf(nodeCryptoSuite, change, freshness))).toEqual(expected(label));
});
