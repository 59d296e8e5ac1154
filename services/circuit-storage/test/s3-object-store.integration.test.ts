import { bytesToHex } from '@openrecognize/bytes';
import { deleteDeviceCircuits, storeCircuits } from '@openrecognize/contracts';
import { createFakeClock } from '@openrecognize/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryCircuitMetadataStore } from '../src/adapters/memory/memory-circuit-metadata-store.ts';
import { createS3ObjectStore } from '../src/adapters/s3-object-store.ts';
import { objectKeyOf, parseObjectKey } from '../src/circuit-ref.ts';
import { reconcileObjects } from '../src/jobs/reconcile-objects.ts';
import { sweepFinishedCircuits } from '../src/jobs/sweep-finished-circuits.ts';
import { randomUuid } from '../src/random-uuid.ts';
import { listedKeys } from './suites/listed-objects.ts';
import { describeObjectStore } from './suites/object-store-suite.ts';
import { batchFixtures, configOf, runCircuitStorage } from './suites/service-harness.ts';
import { useCephRgw } from './suites/use-ceph-rgw.ts';

const ceph = useCephRgw('object store on a real S3 server');

for (const keyPrefix of ['', 'open/recognize/']) {
  describeObjectStore(`S3${keyPrefix && ', below a prefix'}`, async () => {
    const store = createS3ObjectStore({ ...(await ceph.newBucket()), keyPrefix });
    return { store, close: async () => store.close() };
  });
}

describe('the S3 object store', () => {
  it('lists across pages and deletes across batches', async () => {
    const store = createS3ObjectStore({ ...(await ceph.newBucket()), pageSize: 400 });
    const keys = Array.from({ length: 1203 }, (_, index) => `u/d/${String(index).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 100) {
      await Promise.all(keys.slice(from, from + 100).map((key) => store.put(key, Uint8Array.of(1))));
    }
    expect(await listedKeys(store)).toEqual(keys);
    expect(await store.deleteMany(keys.slice(1))).toEqual([]);
    expect(await listedKeys(store)).toEqual(keys.slice(0, 1));
    store.close();
  });

  it('sees only what is below its own prefix', async () => {
    const bucket = await ceph.newBucket();
    const [one, other] = ['one/', 'other/'].map((keyPrefix) => createS3ObjectStore({ ...bucket, keyPrefix }));
    await one!.put('a/b', Uint8Array.of(1));
    expect(await listedKeys(other!)).toEqual([]);
    expect(await other!.get('a/b')).toBeUndefined();
    one!.close();
    other!.close();
  });

  it('fails as full when a quota is used up, and takes objects again when it is lifted', async () => {
    const store = createS3ObjectStore(await ceph.newBucket());
    const quota = (...args: string[]) =>
      ceph.server.administer('quota', ...args, '--quota-scope=user', '--uid=test');
    await store.put('a/b', Uint8Array.of(1));
    await quota('set', '--max-objects=0');
    await quota('enable');
    await ceph.server.stopGateway();
    await ceph.server.startGateway();
    await expect(store.put('a/c', Uint8Array.of(1))).rejects.toMatchObject({ code: 'FULL' });
    await quota('disable');
    await ceph.server.stopGateway();
    await ceph.server.startGateway();
    await store.put('a/c', Uint8Array.of(1));
    expect(await listedKeys(store)).toEqual(['a/b', 'a/c']);
    store.close();
  });

  it('fails as denied with a wrong secret and as without a bucket where there is none', async () => {
    const bucket = await ceph.newBucket();
    const { accessKeyId } = ceph.server.credentials;
    const stranger = createS3ObjectStore({
      ...bucket,
      credentials: { accessKeyId, secretAccessKey: 'wrong' },
    });
    await expect(stranger.put('a/b', Uint8Array.of(1))).rejects.toMatchObject({ code: 'DENIED' });
    await expect(stranger.get('a/b')).rejects.toMatchObject({ code: 'DENIED' });
    await expect(stranger.probe()).rejects.toMatchObject({ code: 'DENIED' });
    expect(await stranger.deleteMany(['a/b', 'a/c'])).toMatchObject([
      { key: 'a/b', reason: { code: 'DENIED' } },
      { key: 'a/c', reason: { code: 'DENIED' } },
    ]);
    const lost = createS3ObjectStore({ ...bucket, bucket: 'none-of-that-name' });
    await expect(lost.put('a/b', Uint8Array.of(1))).rejects.toMatchObject({ code: 'NO_BUCKET' });
    await expect(lost.get('a/b')).rejects.toMatchObject({ code: 'NO_BUCKET' });
    await expect(lost.probe()).rejects.toMatchObject({ code: 'NO_BUCKET' });
    stranger.close();
    lost.close();
  });

  it('is unreachable while the server is away and works again by itself', async () => {
    const store = createS3ObjectStore(await ceph.newBucket());
    await store.put('a/b', Uint8Array.of(1));
    await ceph.server.stopGateway();
    await expect(store.probe()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(store.get('a/b')).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await ceph.server.startGateway();
    expect(await store.get('a/b')).toEqual(Uint8Array.of(1));
    store.close();
  });
});

describe('circuit-storage on a real S3 server', () => {
  const { batchOf, range, bytes } = batchFixtures('S3', 700);
  const LEASE_MS = 60_000;

  const run = async () => {
    const clock = createFakeClock(Date.now());
    const device = {
      userId: bytesToHex(bytes(32), { upper: true }),
      deviceId: bytesToHex(bytes(16), { upper: true }),
    };
    const objects = createS3ObjectStore({ ...(await ceph.newBucket()), pageSize: 4 });
    const service = await runCircuitStorage(configOf(), {
      circuits: createMemoryCircuitMetadataStore(),
      objects,
      now: clock.now,
    });
    const { dependencies } = service;
    const { circuits } = dependencies;
    return {
      clock,
      device,
      objects,
      service,
      store: (indices: readonly number[]) =>
        service.ok(storeCircuits, { query: {}, params: device, body: batchOf(indices).batch }),
      reserve: async (nextIndex: number) => {
        const nowMs = clock.now();
        const reservation = await circuits.reserve({
          device,
          nextIndex,
          requestNonce: bytes(16),
          authenticationId: randomUuid(bytes),
          serverNonce: bytes(32),
          nowMs,
          leaseExpiresAtMs: nowMs + LEASE_MS,
        });
        if (reservation.outcome !== 'reserved') throw new Error(reservation.outcome);
        return reservation;
      },
      indices: async () =>
        (await listedKeys(objects)).map((key) => parseObjectKey(key)!.circuitIndex).sort((a, b) => a - b),
      reconcile: () =>
        reconcileObjects(dependencies, { orphanGraceMs: 3_600_000, batchSize: 3 }, service.app.log),
      sweep: () =>
        sweepFinishedCircuits(dependencies, { tombstoneMs: 3_600_000, batchSize: 3 }, service.app.log),
      close: async () => {
        await service.close();
        objects.close();
      },
    };
  };

  it('removes payloads without a circuit and gives up circuits without a payload', async () => {
    const on = await run();
    await on.store(range(0, 6));
    for (const circuitIndex of range(10, 9)) {
      const orphan = { ...on.device, circuitIndex, payloadSha256: bytes(32), objectId: bytes(8) };
      await on.objects.put(objectKeyOf(orphan), bytes(10));
    }
    expect(await on.reconcile()).toEqual({ orphansRemoved: 0, circuitsLost: 0 });
    await on.clock.advance(3_700_000);
    expect(await on.reconcile()).toEqual({ orphansRemoved: 9, circuitsLost: 0 });
    expect(await on.indices()).toEqual(range(0, 6));
    for (const key of await listedKeys(on.objects)) if (/\/[02]-/.test(key)) await on.objects.delete(key);
    expect(await on.reconcile()).toEqual({ orphansRemoved: 0, circuitsLost: 2 });
    expect((await on.reserve(0)).circuitIndex).toBe(1);
    await on.close();
  });

  it('keeps what a reservation holds until its lease ran out, and sweeps what is used', async () => {
    const on = await run();
    const { circuits } = on.service.dependencies;
    await on.store(range(0, 8));
    const left = await on.reserve(0);
    await on.clock.advance(LEASE_MS);
    await on.sweep();
    expect(await on.indices()).toEqual(range(0, 8));
    // Nobody came for it: the next one gets the same circuit, and the first one nothing any more.
    const taken = await on.reserve(0);
    expect(taken).toMatchObject({ circuitIndex: 0, leaseTakenOver: true });
    const nowMs = on.clock.now();
    expect(await circuits.consume({ ...on.device, ...left, nowMs })).not.toMatchObject({
      outcome: 'consumed',
    });
    expect(await circuits.consume({ ...on.device, ...taken, nowMs })).toMatchObject({ outcome: 'consumed' });
    await on.reserve(5);
    await on.clock.advance(1);
    await on.sweep();
    expect(await on.indices()).toEqual([5, 6, 7]);
    expect(await on.service.ok(deleteDeviceCircuits, { query: {}, params: on.device })).toBeDefined();
    expect(await listedKeys(on.objects)).toEqual([]);
    await on.close();
  });
});
