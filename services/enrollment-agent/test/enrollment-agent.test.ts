import { base64ToBytes } from '@openrecognize/bytes';
import { FilterTriggered, limits, RecognizeError } from '@openrecognize/contracts';
import { createService, type Service } from '@openrecognize/service-kit';
import {
  decodeCircuitBatch,
  decodeServerState,
  deriveUserId,
  serverStateSigningInput,
} from '@openrecognize/zkb/messages';
import { nodeCryptoSuite, verifyDeviceSignatureBytes } from '@openrecognize/zkb/node';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxBodyBytes } from '../src/image-intake.ts';
import { mountAgent } from '../src/index.ts';
import { authenticateWith, readClientState, tools } from './enrolled-device.ts';
import { codeOf, createFakeAnalyzer } from './fake-analyzer.ts';
import { createFakeCoreDaemon } from './fake-core-daemon.ts';

const nowMs = 1_750_000_000_000;
const photo = 'person:ada';
let service: Service;
let analyzer: ReturnType<typeof createFakeAnalyzer>;
let coreDaemon: ReturnType<typeof createFakeCoreDaemon>;
let logLines: string[];

const start = async (options: { online?: boolean; maxConcurrency?: number; circuitCount?: number } = {}) => {
  analyzer = createFakeAnalyzer();
  coreDaemon = createFakeCoreDaemon();
  logLines = [];
  service = await createService({
    name: 'enrollment-agent',
    bodyLimitBytes: maxBodyBytes,
    logging: { level: 'trace', stream: { write: (line: string) => void logLines.push(line) } },
  });
  await mountAgent(service.app, {
    analyzer: analyzer.analyzer,
    tools,
    coreDaemon: options.online === false ? undefined : coreDaemon.coreDaemon,
    circuitCount: options.circuitCount ?? 3,
    maxConcurrency: options.maxConcurrency ?? 2,
    now: () => nowMs + 0.5,
  });
};
beforeEach(() => start());
afterEach(() => service.close(0));

type Headers = Record<string, string>;
const post = async (path: string, body: string | Buffer | undefined, headers: Headers = {}) => {
  const answer = await service.app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE', ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
  const json = answer.json();
  return { status: answer.statusCode, body: json, code: json.error?.code as string, headers: answer.headers };
};
const offline = (body: string | Buffer | undefined, headers: Headers = {}) =>
  post('/v1/offline-enrollment', body, headers);
const online = (body: string | Buffer | undefined, headers: Headers = {}) =>
  post('/v1/online-enrollment', body, headers);

const expectErased = (arrays: readonly Uint8Array[]) => {
  expect(arrays.length).toBeGreaterThan(0);
  for (const array of arrays) expect(array.every((byte) => byte === 0)).toBe(true);
};

describe('health check', () => {
  it('tells version and status', async () => {
    const answer = await service.app.inject({ method: 'GET', url: '/health-check' });
    expect(answer.json()).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), status: 'ok' });
  });
});

describe('the photo', () => {
  it('may come as any image type or as bytes; the first bytes decide what it is', async () => {
    for (const type of [
      'image/jpeg',
      'image/png',
      'image/bmp',
      'image/x-ms-bmp',
      'application/octet-stream',
    ]) {
      expect(await offline(photo, { 'content-type': type })).toMatchObject({ status: 200 });
    }
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      expect(await offline(photo, { 'content-type': type })).toMatchObject({
        status: 400,
        code: 'IMAGE_FORMAT_INVALID',
      });
    }
    expect(await offline('GIF89a')).toMatchObject({ status: 400, code: 'IMAGE_FORMAT_INVALID' });
  });

  it('may come as base64, with line breaks or without, and reaches the pipeline as it was', async () => {
    const text = Buffer.from(photo).toString('base64');
    for (const body of [text, `${text.slice(0, 4)}\r\n${text.slice(4)}\n`]) {
      expect(await offline(body, { 'content-encoding': 'base64' })).toMatchObject({ status: 200 });
    }
    expect(analyzer.codes.length).toBe(2);
    for (const body of ['*', 'QQ', 'Q===', 'QQ==QQ==', `${text}=`, photo]) {
      expect(await offline(body, { 'content-encoding': 'base64' })).toMatchObject({
        status: 400,
        code: 'IMAGE_FORMAT_INVALID',
      });
    }
    expect(analyzer.codes.length).toBe(2);
  });

  it('must be there and must not be too large', async () => {
    expect(await offline(undefined)).toMatchObject({ status: 400, code: 'IMAGE_EMPTY' });
    const bare = await service.app.inject({
      method: 'POST',
      url: '/v1/offline-enrollment',
      headers: { scenario: 'SELFIE' },
    });
    expect(bare.json().error.code).toBe('IMAGE_EMPTY');
    expect(await offline('')).toMatchObject({ status: 400, code: 'IMAGE_EMPTY' });
    expect(await offline('\n', { 'content-encoding': 'base64' })).toMatchObject({ code: 'IMAGE_EMPTY' });
    expect(await offline(Buffer.alloc(limits.maxImageBytes + 1))).toMatchObject({
      status: 413,
      code: 'IMAGE_TOO_LARGE',
    });
    expect(await offline(Buffer.alloc(maxBodyBytes + 1))).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    const largest = Buffer.alloc(limits.maxImageBytes).toString('base64').replace(/.{76}/g, '$&\r\n');
    expect(await offline(largest, { 'content-encoding': 'base64' })).toMatchObject({
      code: 'IMAGE_FORMAT_INVALID',
    });
    expect(analyzer.asked.length).toBe(1);
  });

  it('is erased with its code, whatever happens', async () => {
    await offline(photo);
    await online(photo);
    await offline('empty room');
    await offline('no photo');
    coreDaemon.faults.failAt = '/v1/enrollments';
    await online(photo);
    expect(analyzer.images.length).toBe(5);
    expectErased(analyzer.images);
    expect(analyzer.codes.length).toBe(3);
    expectErased(analyzer.codes);
  });
});

describe('the headers', () => {
  it('must name a known scenario', async () => {
    for (const scenario of ['SELFIE', 'TRUSTED_SOURCE', 'DOCUMENT']) {
      expect(await offline(photo, { scenario })).toMatchObject({ status: 200 });
    }
    expect(analyzer.asked.map(({ scenario }) => scenario)).toEqual(['SELFIE', 'TRUSTED_SOURCE', 'DOCUMENT']);
    for (const path of ['/v1/offline-enrollment', '/v1/online-enrollment']) {
      const wrong = await post(path, photo, { scenario: 'PASSPORT' });
      expect(wrong).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(wrong.body.error.details.path).toBe('headers.scenario');
      const answer = await service.app.inject({
        method: 'POST',
        url: path,
        headers: { 'content-type': 'image/jpeg' },
        payload: photo,
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.json().error.details.missing).toEqual(['scenario']);
    }
  });

  it('turn the picture as EXIF says unless told otherwise', async () => {
    await offline(photo);
    await offline(photo, { 'exif-transpose': 'true' });
    await offline(photo, { 'Exif-Transpose': 'false' });
    expect(analyzer.asked.map(({ exifTranspose }) => exifTranspose)).toEqual([true, true, false]);
    expect(await offline(photo, { 'exif-transpose': 'maybe' })).toMatchObject({ status: 400 });
    expect(await offline(photo, { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
  });
});

describe('a photo a filter refuses', () => {
  it('is answered with exactly the documented body', async () => {
    for (const enroll of [offline, online]) {
      const { status, body } = await enroll('crowd');
      expect(status).toBe(422);
      expect(Value.Errors(FilterTriggered, body)).toEqual([]);
      expect(body).toEqual({
        title: 'Filter Triggered',
        statusCode: 422,
        code: 'KL_BIOM_ERROR_FILTER_TRIGGERED',
        detail: 'face_multiple: there is more than one face; eyes_closed: the eyes are closed',
        stats: {
          filters: [
            { name: 'face_missing', triggered: false, value: 1, threshold: 0.5 },
            { name: 'face_multiple', triggered: true, value: 0, threshold: 0.5 },
            { name: 'eyes_closed', triggered: true, value: 0, threshold: 0.5 },
          ],
          width: 640,
          height: 480,
          faceCount: 3,
          processingMs: 2,
        },
      });
    }
    expect(coreDaemon.enrollments.size).toBe(0);
  });

  it('stands in the API description', async () => {
    const { paths } = (await service.app.inject({ method: 'GET', url: '/openapi.json' })).json();
    const refusal = paths['/v1/offline-enrollment'].post.responses['422'];
    expect(JSON.stringify(refusal)).toContain('KL_BIOM_ERROR_FILTER_TRIGGERED');
  });
});

describe('offline enrollment', () => {
  it('gives a client state and a server state that fit together and match the face', async () => {
    const { body } = await offline(photo);
    const { document, state, key } = readClientState(body.clientState);
    const { family, version } = analyzer.analyzer.manifest;
    expect(document.artifact).toEqual({ family, version, target: 'mobile_sdk', liveness: 'liveness' });
    expect(Object.keys(document)).toEqual(['artifact', 'core-client-state']);
    expect(state.userId).toBe(body.keylessId);
    expect(deriveUserId(nodeCryptoSuite, key.publicSigningKey)).toBe(body.keylessId);

    const server = decodeServerState(base64ToBytes(body.serverState));
    expect(server).toMatchObject({
      deviceType: 'BACKUP',
      deviceOrigin: 'KEYLESS_AGENT',
      codeBits: 2048,
      threshold: 744,
      epoch: 0,
      createdAtMs: nowMs,
      artifact: { family, version },
    });
    expect(server.publicSigningKey).toEqual(key.publicSigningKey);
    const message = serverStateSigningInput(nodeCryptoSuite, server);
    expect(verifyDeviceSignatureBytes(server.publicSigningKey, message, server.signature)).toBe(true);

    const { circuits } = decodeCircuitBatch(server.batches[0]!);
    expect(circuits.length).toBe(3);
    expect(authenticateWith(body.clientState, circuits[0]!, codeOf(photo))).toBe(true);
    expect(authenticateWith(body.clientState, circuits[1]!, codeOf('person:bob'))).toBe(false);
  });

  it('sends nothing to the backend', async () => {
    await offline(photo);
    expect(coreDaemon.requestIds).toEqual([]);
  });

  it('makes a new identity each time', async () => {
    const [first, second] = [await offline(photo), await offline(photo)];
    expect(first.body.keylessId).not.toBe(second.body.keylessId);
  });

  it('puts more circuits than one batch holds into two', async () => {
    await service.close(0);
    await start({ circuitCount: 65 });
    const { body } = await offline(photo);
    const { batches } = decodeServerState(base64ToBytes(body.serverState));
    expect(batches.map((batch) => decodeCircuitBatch(batch).circuits.length)).toEqual([64, 1]);
  });
});

describe('online enrollment', () => {
  it('enrolls a backup device of the agent with all circuits before the commit', async () => {
    const { status, body } = await online(photo, { 'x-request-id': 'request-0001' });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['clientState', 'keylessId']);
    const [enrollment] = [...coreDaemon.enrollments.values()];
    expect(enrollment).toMatchObject({
      committed: true,
      begin: { deviceType: 'BACKUP', deviceOrigin: 'KEYLESS_AGENT', codeBits: 2048, threshold: 744 },
    });
    expect(enrollment!.begin.externalUserId).toBeUndefined();
    expect(enrollment!.circuits.map(({ circuitIndex }) => circuitIndex)).toEqual([0, 1, 2]);
    expect(new Set(coreDaemon.requestIds)).toEqual(new Set(['request-0001']));
    expect(authenticateWith(body.clientState, enrollment!.circuits[0]!, codeOf(photo))).toBe(true);
    expect(authenticateWith(body.clientState, enrollment!.circuits[1]!, codeOf('person:bob'))).toBe(false);
  });

  it('answers 503 while the backend is down and commits nothing', async () => {
    for (const failAt of [
      '/v1/enrollments',
      '/v1/enrollments/:enrollmentId/circuits',
      '/v1/enrollments/:enrollmentId/commit',
    ]) {
      coreDaemon.faults.failAt = failAt;
      expect(await online(photo)).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    }
    expect([...coreDaemon.enrollments.values()].some(({ committed }) => committed)).toBe(false);
    delete coreDaemon.faults.failAt;
    expect(await online(photo)).toMatchObject({ status: 200 });
  });

  it('does not blame its caller for a wrong key of its own', async () => {
    Object.assign(coreDaemon.faults, { failAt: '/v1/enrollments', code: 'API_KEY_INVALID' });
    expect(await online(photo)).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
  });

  it('answers 409 without a key, before it looks at anything else', async () => {
    await service.close(0);
    await start({ online: false });
    const refused = { status: 409, code: 'ONLINE_MODE_NOT_CONFIGURED' };
    expect(await online(photo)).toMatchObject(refused);
    expect(await online(Buffer.alloc(maxBodyBytes + 1), { scenario: '' })).toMatchObject(refused);
    expect(analyzer.asked).toEqual([]);
    expect(await offline(photo)).toMatchObject({ status: 200 });
  });
});

describe('load', () => {
  it('refuses with 429 whatever is beyond the limit, and recovers', async () => {
    const gate = Promise.withResolvers<void>();
    analyzer.gate.wait = gate.promise;
    const working = [offline(photo), online(photo)];
    while (analyzer.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = await offline(photo);
    expect(refused).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(refused.headers['retry-after']).toBe('1');
    gate.resolve();
    for (const { status } of await Promise.all(working)) expect(status).toBe(200);
    expect(await offline(photo)).toMatchObject({ status: 200 });
  });

  it('passes on that the pipeline is busy', async () => {
    analyzer.gate.failure = new RecognizeError('BIOMETRIC_POOL_BUSY');
    expect(await offline(photo)).toMatchObject({ status: 429, code: 'BIOMETRIC_POOL_BUSY' });
  });
});

describe('an internal fault', () => {
  it('tells the caller the request id and nothing else', async () => {
    analyzer.gate.failure = new Error(`secret of ${photo}`);
    const { status, body } = await offline(photo, { 'x-request-id': 'request-0002' });
    expect(status).toBe(500);
    expect(body.error).toMatchObject({ code: 'INTERNAL_ERROR', requestId: 'request-0002' });
    expect(JSON.stringify(body)).not.toContain('ada');
  });

  it('logs neither photo nor filters nor states', async () => {
    const { body } = await offline(photo);
    await offline('crowd');
    await online(photo);
    const log = logLines.join('');
    expect(log).toContain('/v1/offline-enrollment');
    expect(log).toContain('FILTER_TRIGGERED');
    for (const secret of ['ada', 'face_multiple', body.keylessId, body.serverState.slice(0, 40)]) {
      expect(log).not.toContain(secret);
    }
  });
});
