import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex } from '@openrecognize/bytes';
import { deleteDeviceCircuits, RecognizeError, storeCircuits } from '@openrecognize/contracts';
import { createFakeClock, type FakeClock } from '@openrecognize/testing';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileObjectStore } from '../src/adapters/file-object-store.ts';
import { objectKeyOf, objectKeyPrefixOf, parseObjectKey } from '../src/circuit-ref.ts';
import { startBackgroundJobs } from '../src/jobs/background-job.ts';
import { reconcileObjects } from '../src/jobs/reconcile-objects.ts';
import { sweepFinishedCircuits } from '../src/jobs/sweep-finished-circuits.ts';
import { randomUuid } from '../src/random-uuid.ts';
import { type FaultyObjectStore, faultyObjectStore, systemError } from './suites/faulty-object-store.ts';
import { listedKeys } from './suites/listed-objects.ts';
import {
  batchFixtures,
  configOf,
  makeTemporaryFolder,
  type RunningCircuitStorage,
  runCircuitStorage,
} from './suites/service-harness.ts';

const { batchOf, range, bytes } = batchFixtures('sweep', 700);
const SWEEP = { tombstoneMs: 3_600_000, batchSize: 3 };
const RECONCILE = { orphanGraceMs: 3_600_000, batchSize: 3 };

const testDatabase = useTestDatabase();
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let objects: FaultyObjectStore;
let service: RunningCircuitStorage;
let device: { userId: string; deviceId: string };
let clock: FakeClock;

beforeEach(async () => {
  // The file system has a clock of its own: this one begins where that one is.
  clock = createFakeClock(Date.now());
  folder = await makeTemporaryFolder();
  objects = faultyObjectStore(await createFileObjectStore({ directory: folder.path, fsync: false }));
  const config = configOf({ DATABASE_URL: testDatabase.url });
  service = await runCircuitStorage(config, { objects, now: clock.now });
  device = {
    userId: bytesToHex(bytes(32), { upper: true }),
    deviceId: bytesToHex(bytes(16), { upper: true }),
  };
});
afterEach(async () => {
  // What a test leaves would be lost circuits to the next one, which has another folder.
  objects.fault = undefined;
  await service.ok(deleteDeviceCircuits, { query: {}, params: device });
  await service.close();
  await folder.remove();
});

const log = () => service.app.log;
const sweep = () => sweepFinishedCircuits(service.dependencies, SWEEP, log());
const reconcile = () => reconcileObjects(service.dependencies, RECONCILE, log());
const store = (indices: readonly number[]) =>
  service.ok(storeCircuits, { query: {}, params: device, body: batchOf(indices).batch });
/** Consumes a circuit as a service does that dies before it deletes the payload. */
const use = async (nextIndex: number) => {
  const { circuits } = service.dependencies;
  const nowMs = clock.now();
  const serverNonce = bytes(32);
  const reservation = await circuits.reserve({
    device,
    nextIndex,
    requestNonce: bytes(16),
    authenticationId: randomUuid(bytes),
    serverNonce,
    nowMs,
    leaseExpiresAtMs: nowMs + 60_000,
  });
  if (reservation.outcome !== 'reserved') throw new Error(reservation.outcome);
  const { authenticationId, circuitIndex } = reservation;
  await circuits.consume({ ...device, circuitIndex, authenticationId, serverNonce, nowMs });
};
const keys = () => listedKeys(objects);
const storedIndices = async () =>
  (await keys()).map((key) => parseObjectKey(key)?.circuitIndex).sort((a, b) => a! - b!);
const stateOf = async (circuitIndex: number) =>
  (await service.dependencies.circuits.find({ ...device, circuitIndex }))?.state;
const errorLines = () => service.logLines.filter(({ level }) => level === 'error').map(({ msg }) => msg);

describe('the sweep of finished circuits', () => {
  it('deletes payloads at once and tombstones after their time, in several batches', async () => {
    await store(range(0, 10));
    for (let index = 0; index < 7; index++) await use(index);
    await clock.advance(1);
    await sweep();
    expect(await storedIndices()).toEqual([7, 8, 9]);
    expect(await stateOf(0)).toBe('consumed');
    await clock.advance(3_600_000);
    await sweep();
    expect(await stateOf(0)).toBeUndefined();
    expect(await stateOf(7)).toBe('ready');
    expect(await service.metric('openrecognize_circuits_total{event="purged"}')).toBe(7);
    const old = await service.call(storeCircuits, { query: {}, params: device, body: batchOf([0]).batch });
    expect(old.code).toBe('CONFLICT');
  });

  it('also deletes what devices passed over', async () => {
    await store(range(0, 4));
    await use(3);
    await clock.advance(1);
    await sweep();
    expect(await keys()).toEqual([]);
  });

  it('leaves what the object store refuses for the next time and keeps its row', async () => {
    await store(range(0, 3));
    for (let index = 0; index < 3; index++) await use(index);
    await clock.advance(1);
    objects.fault = (_, key) => {
      if (key.includes('/1-')) throw systemError('EIO');
    };
    await sweep();
    expect(errorLines()).toEqual(['Error while deleting some circuits']);
    expect(await storedIndices()).toEqual([1]);
    objects.fault = undefined;
    await clock.advance(3_600_000);
    await sweep();
    expect(await keys()).toEqual([]);
    expect(await stateOf(1)).toBeUndefined();
  });
});

describe('the comparison of payloads with circuits', () => {
  it('removes payloads whose upload died before its rows, once they are old, and no others', async () => {
    await store(range(0, 2));
    const kept = await keys();
    const orphans = range(5, 7).map((circuitIndex) =>
      objectKeyOf({ ...device, circuitIndex, payloadSha256: bytes(32), objectId: bytes(8) }),
    );
    const foreign = `${objectKeyPrefixOf(device)}notes.txt`;
    for (const key of [...orphans, foreign]) await objects.put(key, bytes(10));
    expect(await reconcile()).toEqual({ orphansRemoved: 0, circuitsLost: 0 });
    expect(await keys()).toHaveLength(10);

    await clock.advance(3_700_000);
    expect(await reconcile()).toEqual({ orphansRemoved: 7, circuitsLost: 0 });
    expect(await keys()).toEqual([...kept, foreign].sort());
    expect(await service.metric('openrecognize_orphan_objects_removed_total')).toBe(7);
  });

  it('clears up after an upload whose rows the database refused, and keeps its repetition', async () => {
    const { circuits } = service.dependencies;
    const cut = await runCircuitStorage(configOf(), {
      objects,
      now: clock.now,
      circuits: {
        ...circuits,
        storeCircuits: () => Promise.reject(new RecognizeError('STORAGE_UNAVAILABLE')),
      },
    });
    const { batch } = batchOf(range(0, 3));
    expect((await cut.call(storeCircuits, { query: {}, params: device, body: batch })).code).toBe(
      'STORAGE_UNAVAILABLE',
    );
    await cut.close();
    // Whether the rows were committed is not known then: the payloads stay for the time being.
    expect(await storedIndices()).toEqual([0, 1, 2]);

    await service.ok(storeCircuits, { query: {}, params: device, body: batch });
    expect(await storedIndices()).toEqual([0, 0, 1, 1, 2, 2]);
    await clock.advance(3_700_000);
    expect(await reconcile()).toEqual({ orphansRemoved: 3, circuitsLost: 0 });
    expect(await storedIndices()).toEqual([0, 1, 2]);
    await use(0);
  });

  it('keeps the payload in use when the same circuit was uploaded twice', async () => {
    await store([0]);
    const [used] = await keys();
    const twin = objectKeyOf({ ...parseObjectKey(used!)!, objectId: bytes(8) });
    await objects.put(twin, bytes(700));
    await clock.advance(3_700_000);
    await reconcile();
    expect(await keys()).toEqual([used]);
  });

  it('removes half-written files of killed uploads', async () => {
    const half = join(folder.path, '.incoming', 'half');
    await writeFile(half, 'half');
    await utimes(half, new Date(0), new Date(0));
    await reconcile();
    expect(await readdir(join(folder.path, '.incoming'))).toEqual([]);
  });

  it('gives up circuits whose payload is gone, says so once, and lets the device go on', async () => {
    await store(range(0, 4));
    await use(0);
    for (const key of await keys()) if (/\/[012]-/.test(key)) await objects.delete(key);
    expect(await reconcile()).toMatchObject({ circuitsLost: 2 });
    expect(await reconcile()).toMatchObject({ circuitsLost: 0 });
    expect(errorLines()).toEqual(['payloads of ready circuits are missing']);
    expect(await Promise.all(range(0, 4).map(stateOf))).toEqual(['consumed', 'lost', 'lost', 'ready']);
    await use(1);
    expect(await stateOf(3)).toBe('consumed');
  });
});

describe('startBackgroundJobs', () => {
  it('keeps running after a failed run and stops when told to', async () => {
    const outcomes: string[] = [];
    let runs = 0;
    const job = {
      name: 'sample',
      intervalMs: 5,
      run: async () => {
        outcomes.push('ran');
        if (++runs === 1) throw new Error('first run fails');
      },
    };
    const running = startBackgroundJobs([job], service.dependencies, log());
    await expect.poll(() => runs).toBeGreaterThan(2);
    await running.stop();
    const afterStop = runs;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(runs).toBe(afterStop);
    expect(await service.metric('openrecognize_job_failures_total{job="sample"}')).toBe(1);
  });

  it('never runs a job in two instances at the same time', async () => {
    let inside = 0;
    let most = 0;
    let runs = 0;
    const job = {
      name: 'exclusive',
      intervalMs: 4,
      run: async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 3));
        inside--;
        runs++;
      },
    };
    const replicas = range(0, 3).map(() => startBackgroundJobs([job], service.dependencies, log()));
    await expect.poll(() => runs).toBeGreaterThan(10);
    await Promise.all(replicas.map((replica) => replica.stop()));
    expect(most).toBe(1);
  });
});
