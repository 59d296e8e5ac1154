import { readyClient } from '@openrecognize/zkb/client';
import { nodeRandom } from '@openrecognize/zkb/node';
import { expect, it } from 'vitest';
import { createDeviceRecordStore, type DeviceRecord, type FactorRecord } from './device-record.ts';
import type { SecureStorePort } from './ports/secure-store-port.ts';

const memoryStore = () => {
  let kept: Uint8Array | undefined;
  const store: SecureStorePort = {
    read: async () => kept?.slice(),
    write: async (record) => {
      kept = record.slice();
    },
    clear: async () => {
      kept = undefined;
    },
    close: async () => {},
  };
  return { store, alter: (change: (bytes: Uint8Array) => Uint8Array) => (kept = change(kept!)) };
};

const { state } = readyClient({
  userId: 'A'.repeat(64),
  deviceId: 'B'.repeat(32),
  artifact: { family: 'fake', version: '1' },
  codeBits: 2048,
  threshold: 744,
  epoch: 0,
  nextIndex: 3,
  garbledTo: 25,
  chainKey: nodeRandom(32),
  sealKey: nodeRandom(32),
});
const face: FactorRecord = {
  phase: 'open',
  enrollmentId: '01234567-89ab-cdef-0123-456789abcdef',
  state,
  privateKey: nodeRandom(138),
};
const record: DeviceRecord = { face };

it.each(['open', 'committed', 'activating'] as const)('gives back an %s record', async (phase) => {
  const records = createDeviceRecordStore(memoryStore().store);
  await records.save({ face: { ...face, phase } });
  expect(await records.load()).toEqual({ face: { ...face, phase } });
  await records.clear();
  expect(await records.load()).toBeUndefined();
});

it('gives back both factors, the secret of the PIN and the vault', async () => {
  const records = createDeviceRecordStore(memoryStore().store);
  const pin = { ...face, phase: 'committed' as const, privateKey: nodeRandom(138) };
  const whole = { face, pin, pinSecret: nodeRandom(32), vault: nodeRandom(77) };
  await records.save(whole);
  expect(await records.load()).toEqual(whole);
});

it('reads the record of an earlier release, which knew the face alone', async () => {
  const { store, alter } = memoryStore();
  const records = createDeviceRecordStore(store);
  await records.save(record);
  // Version 1: magic, version, then the one party, with neither lengths nor further fields.
  alter((bytes) => {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(5, true);
    return Uint8Array.from([...bytes.subarray(0, 4), 1, ...bytes.subarray(9, 9 + length)]);
  });
  expect(await records.load()).toEqual(record);
});

it.each([
  ['another magic', (bytes: Uint8Array) => bytes.with(0, 0)],
  ['another version', (bytes: Uint8Array) => bytes.with(4, 3)],
  ['a length beyond its end', (bytes: Uint8Array) => bytes.with(8, 1)],
  ['an unknown phase', (bytes: Uint8Array) => bytes.with(9, 3)],
  ['another state version', (bytes: Uint8Array) => bytes.with(50, 9)],
  ['a missing end', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
  ['something behind it', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0])],
  ['nothing', () => new Uint8Array(0)],
])('refuses a record with %s as STORE_CORRUPT', async (_, change) => {
  const { store, alter } = memoryStore();
  const records = createDeviceRecordStore(store);
  await records.save(record);
  alter(change);
  await expect(records.load()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});
