import { bytesToHex } from '@openrecognize/bytes';
import { circuitStock, consumeCircuit, reserveCircuit, storeCircuits } from '@openrecognize/contracts';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { decodeConsumedCircuit } from '@openrecognize/zkb/messages';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import {
  batchFixtures,
  configOf,
  type RunningCircuitStorage,
  runCircuitStorage,
} from './suites/service-harness.ts';

const { batchOf, range, bytes } = batchFixtures('single use', 500);
const base64 = (content: Uint8Array): string => Buffer.from(content).toString('base64');

const testDatabase = useTestDatabase();
const objects = createMemoryObjectStore();
let instances: readonly RunningCircuitStorage[];

beforeAll(async () => {
  const config = configOf({ DATABASE_URL: testDatabase.url });
  // Together: the migrations, too, meet a rival.
  instances = await Promise.all([1, 2].map(() => runCircuitStorage(config, { objects })));
});
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

const newDevice = () => ({
  userId: bytesToHex(bytes(32), { upper: true }),
  deviceId: bytesToHex(bytes(16), { upper: true }),
});

describe('two instances over one database', () => {
  it('consume each circuit at most once under 200 parallel authentications', async () => {
    const device = newDevice();
    const circuits = 12;
    await instances[0]!.ok(storeCircuits, {
      query: {},
      params: device,
      body: batchOf(range(0, circuits)).batch,
    });

    const authenticate = async (attempt: number): Promise<{ consumed: number[]; codes: string[] }> => {
      const instance = instances[attempt % 2]!;
      const body = { ...device, nextIndex: 0, requestNonce: base64(bytes(16)), leaseSeconds: 60 };
      const reservation = await instance.call(reserveCircuit, { body });
      if (reservation.code !== undefined) return { consumed: [], codes: [reservation.code] };
      const { authenticationId, circuitIndex, serverNonce } = reservation.output;
      const outcomes = await Promise.all(
        instances.map((consumer) =>
          consumer.call(consumeCircuit, {
            params: { authenticationId },
            body: { ...device, circuitIndex, serverNonce },
          }),
        ),
      );
      return {
        consumed: outcomes.flatMap(({ code }) => (code === undefined ? [circuitIndex] : [])),
        codes: outcomes.flatMap(({ code }) => code ?? []),
      };
    };
    const results = await Promise.all(range(0, 200).map(authenticate));

    const consumed = results.flatMap((result) => result.consumed).sort((a, b) => a - b);
    expect(consumed).toEqual(range(0, circuits));
    const codes = results.flatMap((result) => result.codes);
    expect(codes.filter((code) => code === 'REPLAY_REFUSED')).toHaveLength(circuits);
    expect(codes.filter((code) => code === 'NOT_ENOUGH_CIRCUITS')).toHaveLength(200 - circuits);
    expect(await instances[1]!.ok(circuitStock, { params: device })).toMatchObject({
      stock: 0,
      nextFreeIndex: circuits,
    });
  });

  it('give one reservation to 60 copies of one request', async () => {
    const device = newDevice();
    await instances[0]!.ok(storeCircuits, { query: {}, params: device, body: batchOf(range(0, 3)).batch });
    const body = { ...device, nextIndex: 0, requestNonce: base64(bytes(16)), leaseSeconds: 60 };
    const copies = await Promise.all(
      range(0, 60).map((copy) => instances[copy % 2]!.ok(reserveCircuit, { body })),
    );
    const distinct = new Set(
      copies.map(({ authenticationId, circuitIndex, serverNonce }) =>
        [authenticationId, circuitIndex, serverNonce].join(' '),
      ),
    );
    expect(distinct.size).toBe(1);
    expect(await instances[0]!.ok(circuitStock, { params: device })).toMatchObject({ stock: 2 });
  });

  it('keep uploads, reservations and consumptions of many devices apart', async () => {
    const devices = range(0, 8).map(newDevice);
    const used = await Promise.all(
      devices.flatMap((device) => [
        (async () => {
          const indices: number[] = [];
          for (let round = 0; round < 5; round++) {
            const instance = instances[round % 2]!;
            await instance.ok(storeCircuits, {
              query: {},
              params: device,
              body: batchOf(range(round * 2, 2)).batch,
            });
            const body = { ...device, nextIndex: round, requestNonce: base64(bytes(16)), leaseSeconds: 60 };
            const reservation = await instance.ok(reserveCircuit, { body });
            const { authenticationId, circuitIndex, serverNonce } = reservation;
            const consumed = await instance.ok(consumeCircuit, {
              params: { authenticationId },
              body: { ...device, circuitIndex, serverNonce },
            });
            expect(decodeConsumedCircuit(consumed)).toMatchObject({ nextFreeIndex: round * 2 + 2 });
            indices.push(circuitIndex);
          }
          return indices;
        })(),
      ]),
    );
    for (const indices of used) expect(indices).toEqual([0, 1, 2, 3, 4]);
  });
});
