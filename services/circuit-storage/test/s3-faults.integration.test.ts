import { bytesToHex } from '@openrecognize/bytes';
import { deleteDeviceCircuits, storeCircuits } from '@openrecognize/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCircuitMetadataStore } from '../src/adapters/memory/memory-circuit-metadata-store.ts';
import {
  createS3ObjectStore,
  type S3ObjectStore,
  type S3ObjectStoreOptions,
} from '../src/adapters/s3-object-store.ts';
import { type FaultyS3Server, s3Error, startFaultyS3Server } from './suites/faulty-s3-server.ts';
import { batchFixtures, configOf, runCircuitStorage } from './suites/service-harness.ts';

const { batchOf, range, bytes } = batchFixtures('S3 faults');
const TIMEOUT_MS = 300;

let server: FaultyS3Server;
let store: S3ObjectStore;
const storeWith = (limits: Pick<S3ObjectStoreOptions, 'timeoutMs' | 'maxAttempts'>) =>
  createS3ObjectStore({
    bucket: 'payloads',
    region: 'default',
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    ...limits,
  });
beforeEach(async () => {
  server = await startFaultyS3Server();
  store = storeWith({ timeoutMs: TIMEOUT_MS, maxAttempts: 1 });
});
afterEach(async () => {
  store.close();
  await server.stop();
});

describe('the S3 object store against a server that refuses', () => {
  it.each([
    ['FULL', s3Error(403, 'QuotaExceeded')],
    ['FULL', s3Error(507, 'XMinioStorageFull')],
    ['FULL', { status: 507 }],
    ['DENIED', s3Error(403, 'AccessDenied')],
    ['DENIED', s3Error(403, 'SignatureDoesNotMatch')],
    ['DENIED', { status: 403 }],
    ['BUSY', s3Error(503, 'SlowDown')],
    ['BUSY', { status: 503 }],
    ['NO_BUCKET', s3Error(404, 'NoSuchBucket')],
    ['BROKEN', s3Error(500, 'InternalError')],
    ['BROKEN', { status: 400, body: 'no XML at all' }],
    ['TIMEOUT', 'hang'],
    ['UNREACHABLE', 'reset'],
  ] as const)('fails as %s on %j, at every operation', async (code, answer) => {
    server.answer = () => answer;
    const list = async () => {
      for await (const _ of store.list('')) expect.unreachable();
    };
    const operations = [
      () => store.put('a/b', bytes(10)),
      () => store.get('a/b'),
      () => store.delete('a/b'),
      list,
    ];
    for (const operation of operations) {
      await expect(operation()).rejects.toMatchObject({ name: 'ObjectStoreError', code });
    }
    expect(await store.deleteMany(['a/b'])).toMatchObject([{ key: 'a/b', reason: { code } }]);
  });

  it('asks again where that may help, and is content when it does', async () => {
    let tries = 0;
    server.answer = () => (++tries === 1 ? s3Error(503, 'SlowDown') : { status: 200 });
    const patient = storeWith({ timeoutMs: 10_000, maxAttempts: 2 });
    await patient.put('a/b', bytes(10));
    expect(tries).toBe(2);
    patient.close();
  });

  it('gives up at its deadline, retries included', async () => {
    server.answer = () => 'hang';
    const stubborn = storeWith({ timeoutMs: TIMEOUT_MS, maxAttempts: 10 });
    const startMs = performance.now();
    await expect(stubborn.get('a/b')).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(performance.now() - startMs).toBeLessThan(3 * TIMEOUT_MS);
    stubborn.close();
  });

  it('says nothing of a key or a credential in what it throws', async () => {
    server.answer = () => s3Error(403, 'AccessDenied');
    const failure: Error = await store.put('person/device/7', bytes(10)).catch((error) => error);
    expect(failure.message).toBe('S3 PutObject: AccessDenied, HTTP 403');
  });

  it('reports what a batch left behind, in batches of a thousand, and goes on after one that failed', async () => {
    const keys = range(0, 2500).map((index) => `u/d/${index}`);
    server.answer = (_, body) => {
      if (body.includes('<Key>u/d/1000</Key>')) return s3Error(403, 'AccessDenied');
      const error = (key: string, code: string) => `<Error><Key>${key}</Key><Code>${code}</Code></Error>`;
      const errors = body.includes('<Key>u/d/7</Key>')
        ? error('u/d/7', 'AccessDenied') + error('u/d/8', 'InternalError') + error('u/d/9', 'NoSuchKey')
        : '';
      return { status: 200, body: `<DeleteResult>${errors}</DeleteResult>` };
    };
    const refused = await store.deleteMany(keys);
    expect(refused).toHaveLength(1002);
    expect(refused.slice(0, 2)).toMatchObject([
      { key: 'u/d/7', reason: { code: 'DENIED' } },
      { key: 'u/d/8', reason: { code: 'BROKEN' } },
    ]);
    expect(refused.slice(2).map(({ key }) => key)).toEqual(keys.slice(1000, 2000));
    expect(server.requests).toEqual(Array(3).fill('POST /payloads/?delete='));
  });
});

describe('circuit-storage on an S3 server that refuses', () => {
  const device = {
    userId: bytesToHex(bytes(32), { upper: true }),
    deviceId: bytesToHex(bytes(16), { upper: true }),
  };
  const run = () =>
    runCircuitStorage(
      configOf({
        OBJECT_STORE_KIND: 's3',
        S3_BUCKET: 'payloads',
        S3_REGION: 'default',
        S3_ENDPOINT: server.endpoint,
        S3_FORCE_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: 'a',
        S3_SECRET_ACCESS_KEY: 's',
        S3_TIMEOUT_MS: '300',
        S3_MAX_ATTEMPTS: '1',
      }),
      { circuits: createMemoryCircuitMetadataStore() },
    );

  it.each([
    ['FULL', s3Error(403, 'QuotaExceeded')],
    ['DENIED', s3Error(403, 'AccessDenied')],
    ['BUSY', s3Error(503, 'SlowDown')],
    ['TIMEOUT', 'hang'],
    ['UNREACHABLE', 'reset'],
  ] as const)(
    'answers an upload with STORAGE_UNAVAILABLE, names the circuit and %s in one error line, and takes it later',
    async (code, answer) => {
      const service = await run();
      server.answer = () => answer;
      const { batch } = batchOf([3]);
      const refused = await service.call(storeCircuits, { query: {}, params: device, body: batch });
      expect(refused.code).toBe('STORAGE_UNAVAILABLE');
      const errors = service.logLines.filter(({ level }) => level === 'error');
      expect(errors).toMatchObject([
        {
          msg: `Persisting circuit on S3 failed. [circuitId=${device.userId}/${device.deviceId}/3]`,
          err: { code },
        },
      ]);
      const { statusCode } = await service.app.inject({ url: '/health/ready' });
      expect(statusCode).toBe(503);

      server.answer = () => ({ status: 200 });
      expect(await service.ok(storeCircuits, { query: {}, params: device, body: batch })).toEqual({
        stored: 1,
        stock: 1,
      });
      await expect
        .poll(async () => (await service.app.inject({ url: '/health/ready' })).statusCode)
        .toBe(200);
      await service.close();
    },
  );

  it('says how many payloads a deletion left behind', async () => {
    const service = await run();
    await service.ok(storeCircuits, { query: {}, params: device, body: batchOf(range(0, 3)).batch });
    const keys = server.requests.map((request) => /^PUT \/payloads\/([^?]+)/.exec(request)?.[1] ?? '');
    const contents = keys.map(
      (key) =>
        `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>`,
    );
    server.answer = (request) =>
      request.method === 'GET'
        ? { status: 200, body: `<ListBucketResult>${contents.join('')}</ListBucketResult>` }
        : {
            status: 200,
            body: `<DeleteResult><Error><Key>${keys[1]}</Key><Code>AccessDenied</Code></Error></DeleteResult>`,
          };
    const answer = await service.call(deleteDeviceCircuits, { query: {}, params: device });
    expect(answer.code).toBe('STORAGE_UNAVAILABLE');
    const errors = service.logLines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { msg: 'Error while deleting some circuits', left: 1, err: { code: 'DENIED' } },
    ]);
    await service.close();
  });
});
