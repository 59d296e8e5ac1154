import { bytesToHex } from '@openrecognize/bytes';
import { circuitStock, consumeCircuit, reserveCircuit, storeCircuits } from '@openrecognize/contracts';
import { type FakeKms, startFakeKms } from '@openrecognize/testing';
import { decodeConsumedCircuit } from '@openrecognize/zkb/messages';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryCircuitMetadataStore } from '../src/adapters/memory/memory-circuit-metadata-store.ts';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import { listedKeys } from './suites/listed-objects.ts';
import {
  batchFixtures,
  configOf,
  type RunningCircuitStorage,
  runCircuitStorage,
} from './suites/service-harness.ts';

const { batchOf, range, bytes } = batchFixtures('payload encryption');
const base64 = (content: Uint8Array): string => Buffer.from(content).toString('base64');

let kms: FakeKms;
let circuits: ReturnType<typeof createMemoryCircuitMetadataStore>;
let objects: ReturnType<typeof createMemoryObjectStore>;
let service: RunningCircuitStorage;
let device: { userId: string; deviceId: string };

/** A new process over the same stores, as after a restart: nothing is cached. */
const restart = async (encryption: 'off' | 'kms'): Promise<void> => {
  await service?.close();
  service = await runCircuitStorage(
    configOf({
      PAYLOAD_ENCRYPTION: encryption,
      PAYLOAD_KMS_KEY_ID: 'alias/payloads',
      KMS_ENDPOINT: kms.endpoint,
      KMS_REGION: kms.region,
      KMS_TIMEOUT_MS: '1000',
      PAYLOAD_LOOK_AHEAD_MEBIBYTES: '0',
    }),
    { circuits, objects },
  );
};

beforeEach(async () => {
  kms = await startFakeKms();
  kms.createKey('SYMMETRIC_DEFAULT', { alias: 'payloads' });
  for (const [name, value] of Object.entries(kms.environment)) vi.stubEnv(name, value);
  circuits = createMemoryCircuitMetadataStore();
  objects = createMemoryObjectStore();
  device = {
    userId: bytesToHex(bytes(32), { upper: true }),
    deviceId: bytesToHex(bytes(16), { upper: true }),
  };
});
afterEach(async () => {
  await service.close();
  await kms.stop();
  vi.unstubAllEnvs();
});

const reserve = () =>
  service.ok(reserveCircuit, {
    body: { ...device, nextIndex: 0, requestNonce: base64(bytes(16)), leaseSeconds: 60 },
  });
const consume = async (reservation: Awaited<ReturnType<typeof reserve>>) => {
  const { authenticationId, circuitIndex, serverNonce } = reservation;
  const { output, code } = await service.call(consumeCircuit, {
    params: { authenticationId },
    body: { ...device, circuitIndex, serverNonce },
  });
  return output === undefined ? code : decodeConsumedCircuit(output).payload;
};
const isReady = async () => (await service.app.inject({ url: '/health/ready' })).statusCode === 200;

describe('payloads under data keys of a key service', () => {
  it('are in the clear nowhere but in the answers, across restarts and changes of the setting and the key', async () => {
    await restart('off');
    const inTheClear = batchOf([0]);
    await service.ok(storeCircuits, { query: {}, params: device, body: inTheClear.batch });
    const [plainKey] = await listedKeys(objects);
    expect(await objects.get(plainKey!)).toEqual(inTheClear.payloads[0]);

    const { batch, payloads } = batchOf(range(1, 4));
    await restart('kms');
    await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    for (const key of await listedKeys(objects)) {
      if (key === plainKey) continue;
      const stored = Buffer.from((await objects.get(key))!);
      for (const payload of payloads)
        expect(stored.includes(Buffer.from(payload.subarray(0, 16)))).toBe(false);
    }
    // One data key serves all of them.
    expect(kms.calls.filter(({ operation }) => operation === 'GenerateDataKey')).toHaveLength(1);

    expect(await consume(await reserve())).toEqual(inTheClear.payloads[0]);
    expect(await consume(await reserve())).toEqual(payloads[0]);
    kms.createKey('SYMMETRIC_DEFAULT', { alias: 'payloads' });
    await restart('kms');
    expect(await consume(await reserve())).toEqual(payloads[1]);
    await restart('off');
    expect(await consume(await reserve())).toEqual(payloads[2]);
  });

  it('cannot be stored while the key service refuses, which costs nothing', async () => {
    await restart('kms');
    expect(await isReady()).toBe(true);
    await restart('kms');
    kms.fail('access-denied');
    const { batch } = batchOf([0]);
    const refused = await service.call(storeCircuits, { query: {}, params: device, body: batch });
    expect(refused.code).toBe('STORAGE_UNAVAILABLE');
    const errors = service.logLines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      {
        msg: `Persisting circuit on S3 failed. [circuitId=${device.userId}/${device.deviceId}/0]`,
        err: { code: 'KEY_REFUSED' },
      },
    ]);
    expect(await isReady()).toBe(false);
    expect(await listedKeys(objects)).toEqual([]);
    kms.recover();
    await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    await expect.poll(isReady).toBe(true);
  });

  it('cannot be consumed while the key service is away, and the same reservation serves after that', async () => {
    await restart('kms');
    const { batch, payloads } = batchOf(range(0, 2));
    await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    await restart('kms');
    const reservation = await reserve();
    kms.fail('reset');
    expect(await consume(reservation)).toBe('STORAGE_UNAVAILABLE');
    kms.recover();
    expect(await consume(reservation)).toEqual(payloads[0]);
    expect(await service.ok(circuitStock, { params: device })).toMatchObject({ stock: 1, nextFreeIndex: 2 });
  });

  it('that were exchanged between circuits are given up, and the next circuit serves', async () => {
    await restart('kms');
    const { batch, payloads } = batchOf(range(0, 2));
    await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    const keys = await listedKeys(objects);
    const keyOf = (index: number) => keys.find((key) => key.includes(`/${index}-`))!;
    await objects.put(keyOf(0), (await objects.get(keyOf(1)))!);
    expect(await consume(await reserve())).toBe('NO_SUCH_CIRCUIT_ID');
    expect(await consume(await reserve())).toEqual(payloads[1]);
  });
});
