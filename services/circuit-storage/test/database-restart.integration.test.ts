import { circuitStock, consumeCircuit, reserveCircuit, storeCircuits } from '@openrecognize/contracts';
import { startTestPostgres, type TestPostgres } from '@openrecognize/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import {
  batchFixtures,
  configOf,
  type RunningCircuitStorage,
  runCircuitStorage,
} from './suites/service-harness.ts';

const { batchOf, range, bytes } = batchFixtures('database restart', 500);
const device = { userId: '0A'.repeat(32), deviceId: '0B'.repeat(16) };
const objects = createMemoryObjectStore();

let postgres: TestPostgres;
let service: RunningCircuitStorage;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const config = configOf({ DATABASE_URL: postgres.url, DATABASE_CONNECTION_TIMEOUT_MS: '500' });
  service = await runCircuitStorage(config, { objects });
});
afterAll(async () => {
  await service?.close();
  await postgres?.stop();
});

const reserve = () =>
  service.call(reserveCircuit, {
    body: {
      ...device,
      nextIndex: 0,
      requestNonce: Buffer.from(bytes(16)).toString('base64'),
      leaseSeconds: 60,
    },
  });
const ready = async () => (await service.app.inject({ url: '/health/ready' })).statusCode;

it('says what is wrong while the database is away, loses nothing, and works again by itself', async () => {
  const { batch } = batchOf(range(0, 4));
  await service.ok(storeCircuits, { query: {}, params: device, body: batch });
  const first = await reserve();
  if (first.code !== undefined) throw new Error(first.code);
  const { authenticationId, circuitIndex, serverNonce } = first.output;
  const consume = () =>
    service.call(consumeCircuit, {
      params: { authenticationId },
      body: { ...device, circuitIndex, serverNonce },
    });
  expect(await ready()).toBe(200);

  await postgres.pause();
  expect((await reserve()).code).toBe('STORAGE_UNAVAILABLE');
  expect((await consume()).code).toBe('STORAGE_UNAVAILABLE');
  const upload = { query: {}, params: device, body: batchOf(range(4, 2)).batch };
  expect((await service.call(storeCircuits, upload)).code).toBe('STORAGE_UNAVAILABLE');
  expect(await ready()).toBe(503);

  await postgres.resume();
  expect(await ready()).toBe(200);
  expect((await consume()).code).toBeUndefined();
  expect((await consume()).code).toBe('REPLAY_REFUSED');
  await service.ok(storeCircuits, upload);
  expect(await service.ok(circuitStock, { params: device })).toMatchObject({ stock: 5, nextFreeIndex: 6 });

  await postgres.restart();
  expect((await reserve()).output).toMatchObject({ circuitIndex: 1 });
});
