import { hash } from 'node:crypto';
import {
  circuitStock,
  circuitStorageEndpoints,
  consumeCircuit,
  deleteDeviceCircuits,
  releaseReservation,
  reserveCircuit,
  storeCircuits,
} from '@openrecognize/contracts';
import { createFakeClock, type FakeClock } from '@openrecognize/testing';
import { decodeConsumedCircuit, encodeCircuitBatch } from '@openrecognize/zkb/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCircuitMetadataStore } from '../src/adapters/memory/memory-circuit-metadata-store.ts';
import { createMemoryObjectStore } from '../src/adapters/memory/memory-object-store.ts';
import { sweepFinishedCircuits } from '../src/jobs/sweep-finished-circuits.ts';
import { type FaultyObjectStore, faultyObjectStore, systemError } from './suites/faulty-object-store.ts';
import { listedKeys } from './suites/listed-objects.ts';
import {
  batchFixtures,
  configOf,
  type RunningCircuitStorage,
  runCircuitStorage,
} from './suites/service-harness.ts';

const { batchOf, range, bytes } = batchFixtures('circuit storage');
const device = { userId: 'AB'.repeat(32), deviceId: 'CD'.repeat(16) };
const base64 = (content: Uint8Array): string => Buffer.from(content).toString('base64');
const nonce = (): string => base64(bytes(16));

let clock: FakeClock;
let objects: FaultyObjectStore;
let service: RunningCircuitStorage;

beforeEach(async () => {
  clock = createFakeClock();
  objects = faultyObjectStore(createMemoryObjectStore(clock.now));
  service = await runCircuitStorage(configOf(), {
    circuits: createMemoryCircuitMetadataStore(),
    objects,
    now: clock.now,
  });
});
afterEach(() => service.close());

const store = (indices: readonly number[]) =>
  service.ok(storeCircuits, { query: {}, params: device, body: batchOf(indices).batch });
const reserve = (nextIndex = 0, requestNonce = nonce(), leaseSeconds = 30) =>
  service.call(reserveCircuit, { body: { ...device, nextIndex, requestNonce, leaseSeconds } });
const reserved = async (nextIndex = 0) => {
  const answer = await reserve(nextIndex);
  if (answer.code !== undefined) throw new Error(answer.code);
  return answer.output;
};
const consume = async (reservation: {
  authenticationId: string;
  circuitIndex: number;
  serverNonce: string;
}) => {
  const { output, code } = await service.call(consumeCircuit, {
    params: { authenticationId: reservation.authenticationId },
    body: { ...device, circuitIndex: reservation.circuitIndex, serverNonce: reservation.serverNonce },
  });
  return output === undefined ? { code } : { consumed: decodeConsumedCircuit(output) };
};
const objectCount = async () => (await listedKeys(objects)).length;
const stock = () => service.ok(circuitStock, { params: device });

describe('circuit-storage', () => {
  it('takes a circuit from upload to consumption and gives the payload back as it was sent', async () => {
    const { batch, payloads } = batchOf(range(0, 3));
    expect(await service.ok(storeCircuits, { query: {}, params: device, body: batch })).toEqual({
      stored: 3,
      stock: 3,
    });
    const reservation = await reserved();
    expect(reservation).toMatchObject({ circuitIndex: 0, stock: 2, leaseExpiresAtMs: clock.now() + 30_000 });
    expect((await consume(reservation)).consumed).toEqual({
      payload: payloads[0],
      payloadSha256: new Uint8Array(hash('sha256', payloads[0]!, 'buffer')),
      stock: 2,
      nextFreeIndex: 3,
    });
    expect((await consume(reservation)).code).toBe('REPLAY_REFUSED');
  });

  it('reads a payload once, ahead of its consumption, and deletes it behind the answer', async () => {
    await store(range(0, 2));
    const reads: string[] = [];
    objects.fault = (operation, key) => {
      if (operation === 'get') reads.push(key);
    };
    const reservation = await reserved();
    await expect.poll(() => reads).toHaveLength(1);
    expect((await consume(reservation)).consumed).toBeDefined();
    expect(reads).toHaveLength(1);
    await expect.poll(objectCount).toBe(1);
    const { circuits } = service.dependencies;
    await expect
      .poll(() => circuits.find({ ...device, circuitIndex: 0 }))
      .toMatchObject({ state: 'consumed', hasPayload: false });
  });

  it('works without looking ahead', async () => {
    await service.close();
    service = await runCircuitStorage(configOf({ PAYLOAD_LOOK_AHEAD_MEBIBYTES: '0' }), {
      circuits: createMemoryCircuitMetadataStore(),
      objects,
      now: clock.now,
    });
    const { batch, payloads } = batchOf([0]);
    await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    expect((await consume(await reserved())).consumed?.payload).toEqual(payloads[0]);
  });

  it('answers a repeated upload alike and refuses another circuit at the same index', async () => {
    const { batch } = batchOf(range(0, 4));
    const first = await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    expect(await service.ok(storeCircuits, { query: {}, params: device, body: batch })).toEqual(first);
    expect(await objectCount()).toBe(4);
    const other = await service.call(storeCircuits, {
      query: {},
      params: device,
      body: batchOf([3, 4]).batch,
    });
    expect(other).toMatchObject({ code: 'CONFLICT', details: { reason: 'INDEX_TAKEN', circuitIndex: 3 } });
    expect(await objectCount()).toBe(4);
    expect(await stock()).toMatchObject({ stock: 4, nextFreeIndex: 4 });
  });

  it('holds at most 100 unused circuits of a device', async () => {
    await store(range(0, 64));
    await store(range(64, 36));
    const more = await service.call(storeCircuits, { query: {}, params: device, body: batchOf([100]).batch });
    expect(more).toMatchObject({ code: 'CONFLICT', details: { reason: 'TOO_MANY_CIRCUITS' } });
    expect(await objectCount()).toBe(100);
  });

  it('refuses a batch with match tokens before it stores anything', async () => {
    const circuits = [{ circuitIndex: 0, tokenHash: bytes(32), payload: bytes(100) }];
    const answer = await service.call(storeCircuits, {
      query: {},
      params: device,
      body: encodeCircuitBatch({ circuits }),
    });
    expect(answer.code).toBe('PROTOCOL_INVALID_MESSAGE');
    expect(await objectCount()).toBe(0);
  });

  it('refuses batches that are cut short, empty, or use the index beyond the last', async () => {
    const { batch } = batchOf([0]);
    const beyond = batchOf([4_294_967_295]).batch;
    for (const body of [batch.subarray(0, -1), batch.subarray(0, 5), new Uint8Array(1), beyond]) {
      expect((await service.call(storeCircuits, { query: {}, params: device, body })).code).toBe(
        'PROTOCOL_INVALID_MESSAGE',
      );
    }
    expect(await stock()).toMatchObject({ stock: 0, nextFreeIndex: 0 });
  });

  it('asks every endpoint for the service key', async () => {
    for (const { method, path } of Object.values(circuitStorageEndpoints)) {
      const url = path
        .replace(':userId', device.userId)
        .replace(':deviceId', device.deviceId)
        .replace(':circuitIndex', '0')
        .replace(':authenticationId', '00000000-0000-4000-8000-000000000000');
      const response = await service.app.inject({ method, url, headers: { authorization: 'Bearer wrong' } });
      expect(response.json().error.code).toBe('SERVICE_KEY_INVALID');
    }
  });

  it('refuses a JSON body for circuits and nonces of a wrong size', async () => {
    const url = `/internal/v1/users/${device.userId}/devices/${device.deviceId}/circuits`;
    const headers = { authorization: 'Bearer service-key-of-the-tests' };
    const response = await service.app.inject({ method: 'PUT', url, headers, payload: { circuits: [] } });
    expect(response.json().error.code).toBe('BAD_REQUEST');
    await store([0]);
    // 18 and 17 bytes fit the length of the text.
    for (const length of [18, 17]) {
      expect((await reserve(0, base64(bytes(length)))).code).toBe('BAD_REQUEST');
    }
    const { authenticationId } = await reserved();
    const wrong = { authenticationId, circuitIndex: 0, serverNonce: base64(bytes(33)) };
    expect((await consume(wrong)).code).toBe('BAD_REQUEST');
  });

  it('gives each reservation an unguessable nonce and id', async () => {
    await store(range(0, 2));
    const [first, second] = [await reserved(), await reserved()];
    expect(Buffer.from(first.serverNonce, 'base64')).toHaveLength(32);
    expect(first.serverNonce).not.toBe(second.serverNonce);
    expect(first.authenticationId).not.toBe(second.authenticationId);
  });

  it('refuses when no circuit is ready, when a nonce is used again, and when a lease ran out', async () => {
    expect((await reserve()).code).toBe('NOT_ENOUGH_CIRCUITS');
    await store(range(0, 2));
    const used = nonce();
    const first = await reserve(0, used);
    const again = await reserve(0, used);
    expect(again).toEqual(first);
    await clock.advance(30_000);
    expect((await reserve(0, used)).code).toBe('REPLAY_REFUSED');
    expect((await consume(first.output!)).code).toBe('RESERVATION_EXPIRED');
    expect((await consume({ ...(await reserved()), serverNonce: base64(bytes(32)) })).code).toBe(
      'NO_SUCH_CIRCUIT_ID',
    );
  });

  it('cuts a lease to the longest it allows', async () => {
    await store([0]);
    const answer = await reserve(0, nonce(), 31_536_000);
    expect(answer.output).toMatchObject({ leaseExpiresAtMs: clock.now() + 300_000 });
  });

  it('takes a released reservation back and keeps quiet about unknown ones', async () => {
    await store([0]);
    const { authenticationId } = await reserved();
    await service.ok(releaseReservation, { params: { authenticationId } });
    await service.ok(releaseReservation, { params: { authenticationId } });
    expect(await reserved()).toMatchObject({ circuitIndex: 0 });
  });

  it('lets no payload out but with the answer that consumes its circuit (ZK-17)', async () => {
    await store(range(0, 2));
    const reservation = await reserved();
    const wrong = [
      { ...reservation, serverNonce: base64(bytes(32)) },
      { ...reservation, circuitIndex: 1 },
      { ...reservation, authenticationId: '00000000-0000-4000-8000-000000000000' },
    ];
    for (const claim of wrong) expect((await consume(claim)).code).toBe('NO_SUCH_CIRCUIT_ID');
    expect((await consume(reservation)).consumed).toBeDefined();
  });

  it('gives up a circuit whose payload is gone, cut short or exchanged, so that the next request gets the next one', async () => {
    await store(range(0, 4));
    const keys = await listedKeys(objects);
    const keyOf = (index: number) => keys.find((key) => key.includes(`/${index}-`))!;
    await objects.delete(keyOf(0));
    await objects.put(keyOf(1), bytes(10));
    await objects.put(keyOf(2), (await objects.get(keyOf(3)))!);
    for (const index of [0, 1, 2]) {
      const reservation = await reserved();
      expect(reservation.circuitIndex).toBe(index);
      expect((await consume(reservation)).code).toBe('NO_SUCH_CIRCUIT_ID');
    }
    expect(await reserved()).toMatchObject({ circuitIndex: 3 });
    expect(await service.metric('openrecognize_circuits_total{event="lost"}')).toBe(3);
  });

  it('counts events without naming users', async () => {
    await store(range(0, 5));
    await consume(await reserved(1));
    expect(await service.metric('openrecognize_circuits_total{event="stored"}')).toBe(5);
    expect(await service.metric('openrecognize_circuits_total{event="reserved"}')).toBe(1);
    expect(await service.metric('openrecognize_circuits_total{event="consumed"}')).toBe(1);
    expect(await service.metric('openrecognize_circuits_total{event="skipped"}')).toBe(1);
    expect(await service.metric('openrecognize_circuit_payload_bytes_total{direction="stored"}')).toBe(
      10_000,
    );
    const { body } = await service.app.inject({ url: '/metrics' });
    expect(body).not.toContain(device.userId);
  });

  describe('when the object store fails', () => {
    it('stores nothing of an upload that meets a full disk, names the circuit in the log, and works again', async () => {
      const { batch } = batchOf(range(0, 6));
      objects.fault = (operation, key) => {
        if (operation === 'put' && key.includes('/4-')) throw systemError('ENOSPC');
      };
      const answer = await service.call(storeCircuits, { query: {}, params: device, body: batch });
      expect(answer.code).toBe('STORAGE_UNAVAILABLE');
      expect(await stock()).toMatchObject({ stock: 0, nextFreeIndex: 0 });
      expect(await objectCount()).toBe(0);
      const errors = service.logLines.filter(({ level }) => level === 'error');
      expect(errors.map(({ msg }) => msg)).toEqual([
        `Persisting circuit on S3 failed. [circuitId=${device.userId}/${device.deviceId}/4]`,
      ]);

      objects.fault = undefined;
      expect(await service.ok(storeCircuits, { query: {}, params: device, body: batch })).toEqual({
        stored: 6,
        stock: 6,
      });
      expect(await objectCount()).toBe(6);
    });

    it('logs one line for an upload that fails as a whole', async () => {
      objects.fault = () => {
        throw systemError('ENOSPC');
      };
      const answer = await service.call(storeCircuits, {
        query: {},
        params: device,
        body: batchOf(range(0, 20)).batch,
      });
      expect(answer.code).toBe('STORAGE_UNAVAILABLE');
      expect(service.logLines.filter(({ msg }) => msg.startsWith('Persisting circuit on S3'))).toHaveLength(
        1,
      );
    });

    it('consumes nothing while a payload cannot be read', async () => {
      await store([0]);
      objects.fault = () => {
        throw systemError('EIO');
      };
      const reservation = await reserved();
      expect((await consume(reservation)).code).toBe('STORAGE_UNAVAILABLE');
      expect(await service.metric('openrecognize_circuits_total{event="consumed"}')).toBe(0);
      objects.fault = undefined;
      expect((await consume(reservation)).consumed).toBeDefined();
    });

    it('leaves a payload that cannot be deleted to the sweep', async () => {
      await store([0]);
      objects.fault = (operation) => {
        if (operation === 'delete') throw systemError('EIO');
      };
      expect((await consume(await reserved())).consumed).toBeDefined();
      await service.dependencies.usedPayloads.close();
      expect(service.logLines.map(({ msg }) => msg)).toContain('Error while deleting some circuits');
      expect(await objectCount()).toBe(1);
      objects.fault = undefined;
      await clock.advance(1);
      await sweepFinishedCircuits(service.dependencies, { tombstoneMs: 3_600_000 }, service.app.log);
      expect(await objectCount()).toBe(0);
    });

    it('deletes the circuits of a device at once and their payloads as far as it can, and repeats', async () => {
      await store(range(0, 5));
      objects.fault = (_, key) => {
        if (key.includes('/2-')) throw systemError('EIO');
      };
      expect((await service.call(deleteDeviceCircuits, { query: {}, params: device })).code).toBe(
        'STORAGE_UNAVAILABLE',
      );
      expect(service.logLines.map(({ msg }) => msg)).toContain('Error while deleting some circuits');
      expect((await reserve()).code).toBe('NOT_ENOUGH_CIRCUITS');
      expect(await objectCount()).toBe(1);
      objects.fault = undefined;
      expect(await service.ok(deleteDeviceCircuits, { query: {}, params: device })).toEqual({ deleted: 0 });
      expect(await objectCount()).toBe(0);
      const late = await service.call(storeCircuits, { query: {}, params: device, body: batchOf([5]).batch });
      expect(late).toMatchObject({ code: 'CONFLICT', details: { reason: 'DEVICE_DELETED' } });
      expect(await objectCount()).toBe(0);
    });
  });
});
