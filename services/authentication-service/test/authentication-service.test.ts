import { createCipheriv, randomBytes } from 'node:crypto';
import { limits, RecognizeError } from '@openrecognize/contracts';
import { createService, type Service } from '@openrecognize/service-kit';
import {
  acceptReservation,
  answerReservation,
  decodeClientState,
  readyClient,
} from '@openrecognize/zkb/client';
import { matchTokenOf } from '@openrecognize/zkb/messages';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClientTools } from '../src/adapters/client-tools.ts';
import {
  createLocalWrappingKeyStore,
  type ImageKeyStore,
  maxBodyBytes,
  mountAuthenticationService,
} from '../src/index.ts';
import { createTestImageKeys, encryptPhoto, keyAlias, wrapByTheBook } from './encrypt-photo.ts';
import { codeOf, createFakeAnalyzer } from './fake-analyzer.ts';
import { createFakeBackend, keyOf, nowMs } from './fake-backend.ts';

const tools = createClientTools();
const wrappingKeys = createLocalWrappingKeyStore(new Uint8Array(32).fill(7));
const photo = 'person:ada';
const url = '/v1/users/acme/ada';
let imageKeys: ImageKeyStore;
let service: Service;
let fake: ReturnType<typeof createFakeBackend>;
let analyzer: ReturnType<typeof createFakeAnalyzer>;
let logLines: string[];

beforeAll(() => {
  imageKeys = createTestImageKeys();
});
beforeEach(async () => {
  fake = createFakeBackend();
  analyzer = createFakeAnalyzer();
  logLines = [];
  service = await createService({
    name: 'authentication-service',
    bodyLimitBytes: maxBodyBytes,
    logging: { level: 'trace', stream: { write: (line: string) => void logLines.push(line) } },
  });
  await mountAuthenticationService(service.app, {
    backend: fake.backend,
    analyzer: analyzer.analyzer,
    tools,
    imageKeys,
    wrappingKeys,
    circuitCount: 2,
    apiKeyCacheSeconds: 0,
    maxConcurrency: 2,
    now: () => nowMs,
  });
});
afterEach(() => service.close(0));

type Headers = Record<string, string>;
const call = async (method: 'GET' | 'POST', path: string, headers: Headers, payload?: Buffer) => {
  const answer = await service.app.inject({ method, url: path, headers, ...(payload ? { payload } : {}) });
  const body = answer.json();
  return { status: answer.statusCode, body, code: body.error?.code as string, headers: answer.headers };
};
const octets = { 'content-type': 'application/octet-stream' };
const enroll = (encrypted = encryptPhoto(photo), headers: Headers = {}, path = url) =>
  call(
    'POST',
    path,
    { 'kl-api-key': keyOf.secretA, ...octets, ...encrypted.headers, ...headers },
    encrypted.body,
  );
const status = (path = url, key: string = keyOf.secretA) => call('GET', path, { 'kl-api-key': key });
const refusedDecryption = { status: 400, code: 'IMAGE_DECRYPT_FAILED' };

describe('the API key', () => {
  it('travels in kl-api-key alone and must be the secret one', async () => {
    const { headers, body } = encryptPhoto(photo);
    for (const method of ['GET', 'POST'] as const) {
      const send = (key: Headers) => call(method, url, { ...octets, ...headers, ...key }, body);
      expect(await send({})).toMatchObject({ status: 401, code: 'API_KEY_MISSING' });
      expect(await send({ 'x-api-key': keyOf.secretA })).toMatchObject({ code: 'API_KEY_MISSING' });
      expect(await send({ 'Kl-Api-Key': 'guess' })).toMatchObject({ status: 401, code: 'API_KEY_INVALID' });
      const wrong = await send({ 'kl-api-key': keyOf.mobileA });
      expect(wrong).toMatchObject({ status: 401, code: 'API_KEY_WRONG_KIND' });
      expect(wrong.body.error.details.requiredKind).toBe('secret');
    }
    expect(fake.calls).toEqual([]);
  });

  it('opens nothing of another customer', async () => {
    for (const path of ['/v1/users/other/ada', '/v1/users/nobody/ada', '/v1/users/ACME/ada']) {
      expect(await status(path)).toMatchObject({ status: 404, code: 'CUSTOMER_NOT_FOUND' });
      expect(await enroll(encryptPhoto(photo), {}, path)).toMatchObject({ code: 'CUSTOMER_NOT_FOUND' });
    }
    expect(await status(url, keyOf.secretB)).toMatchObject({ code: 'CUSTOMER_NOT_FOUND' });
    expect(fake.calls).toEqual([]);
    expect(analyzer.asked).toEqual([]);
  });

  it('is checked before the body is read or a header looked at', async () => {
    const answer = await call('POST', url, octets, Buffer.alloc(maxBodyBytes + 1));
    expect(answer).toMatchObject({ status: 401, code: 'API_KEY_MISSING' });
  });
});

describe('enrolling a photo', () => {
  it('enrolls a web device under the username and answers 201 with the keylessId', async () => {
    const { status: httpStatus, body } = await enroll();
    expect(httpStatus).toBe(201);
    const user = fake.users.get(body.keylessId)!;
    expect(body).toEqual({ keylessId: expect.stringMatching(/^[0-9A-F]{64}$/) });
    expect(user).toMatchObject({
      tenantId: 1,
      begin: { externalUserId: 'ada', deviceType: 'SDK', deviceOrigin: 'WEB' },
    });
    expect(user.circuits.map(({ circuitIndex }) => circuitIndex)).toEqual([0, 1]);
    expect(await status()).toMatchObject({
      status: 200,
      body: { isEnrolled: true, keylessId: body.keylessId },
    });
  });

  it('stores a wrapped client state that matches the face and opens for that user alone', async () => {
    const { body } = await enroll();
    const { clientState, circuits } = fake.users.get(body.keylessId)!;
    const context = { customer: 'acme', userId: body.keylessId as string };
    for (const other of [
      { ...context, customer: 'other' },
      { ...context, userId: 'F'.repeat(64) },
    ]) {
      await expect(wrappingKeys.unwrap(clientState!, other)).rejects.toMatchObject({
        code: 'CLIENT_STATE_INVALID',
      });
    }
    const { state } = decodeClientState(await wrappingKeys.unwrap(clientState!, context));
    expect(state.userId).toBe(body.keylessId);
    const matches = (probe: Uint8Array, circuit: (typeof circuits)[number]): boolean => {
      const reserved = acceptReservation(readyClient(state), {
        authenticationId: '00000000-0000-4000-8000-000000000000',
        circuitIndex: circuit.circuitIndex,
        serverNonce: new Uint8Array(32),
      });
      const { labels } = answerReservation(tools.suite, reserved, probe, { purpose: 'authenticate' });
      const { match, outputLabel } = tools.engine.evaluateHamming({ payload: circuit.payload, labels });
      return match && Buffer.from(matchTokenOf(tools.suite, outputLabel)).equals(circuit.tokenHash!);
    };
    expect(matches(codeOf(photo), circuits[0]!)).toBe(true);
    expect(matches(codeOf('person:bob'), circuits[1]!)).toBe(false);
  });

  it('refuses a username that exists, in any case of letters, before any work on the image', async () => {
    await enroll();
    analyzer.asked.length = 0;
    const refused = { status: 409, code: 'ALREADY_ENROLLED' };
    expect(await enroll(encryptPhoto(photo), {}, '/v1/users/acme/ADA')).toMatchObject(refused);
    expect(await enroll(encryptPhoto('garbage', { forStranger: true }))).toMatchObject(refused);
    expect(analyzer.asked).toEqual([]);
    expect(await enroll(encryptPhoto(photo), {}, '/v1/users/acme/bob')).toMatchObject({ status: 201 });
  });

  it('lets one of two callers win who enroll a username at once', async () => {
    const answers = await Promise.all([enroll(), enroll()]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(fake.users.size).toBe(1);
    const winner = answers.find((answer) => answer.status === 201)!;
    expect((await status()).body.keylessId).toBe(winner.body.keylessId);
  });

  it('takes usernames of any script, and ones that need escaping in a path', async () => {
    for (const username of ['Ünïcode 名前', 'a/b', 'ada@example.org']) {
      const path = `/v1/users/acme/${encodeURIComponent(username)}`;
      const { body } = await enroll(encryptPhoto(photo), {}, path);
      expect(fake.users.get(body.keylessId)!.begin.externalUserId).toBe(username);
    }
  });

  it('names the filters that refuse a photo', async () => {
    const answer = await enroll(encryptPhoto('crowd'));
    expect(answer).toMatchObject({ status: 422, code: 'FILTER_TRIGGERED' });
    expect(answer.body.error.details.filters).toEqual(['face_multiple', 'eyes_closed']);
    expect(fake.users.size).toBe(0);
  });

  it('refuses what is no photo once it is decrypted', async () => {
    expect(await enroll(encryptPhoto('GIF89a'))).toMatchObject({ status: 400, code: 'IMAGE_FORMAT_INVALID' });
    expect(await enroll(encryptPhoto(''))).toMatchObject({ status: 400, code: 'IMAGE_EMPTY' });
  });

  it('passes the scenario on', async () => {
    for (const scenario of ['SELFIE', 'DOCUMENT', 'TRUSTED_SOURCE']) {
      const path = `/v1/users/acme/${scenario}`;
      expect(await enroll(encryptPhoto(photo), { 'kl-scenario': scenario }, path)).toMatchObject({
        status: 201,
      });
    }
    expect(analyzer.asked.map(({ scenario }) => scenario)).toEqual(['SELFIE', 'DOCUMENT', 'TRUSTED_SOURCE']);
  });
});

describe('the headers', () => {
  it('must all be there and have documented values', async () => {
    const { headers, body } = encryptPhoto(photo);
    const key = { 'kl-api-key': keyOf.secretA, ...octets };
    for (const name of Object.keys(headers)) {
      const { [name]: _, ...rest } = headers;
      const answer = await call('POST', url, { ...key, ...rest }, body);
      expect(answer, name).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(answer.body.error.details.missing).toEqual([name]);
    }
    for (const [name, value] of [
      ['kl-key-algorithm', 'RSAES-OAEP-SHA-1'],
      ['kl-image-algorithm', 'AES-CBC'],
      ['kl-scenario', 'PASSPORT'],
    ] as const) {
      const answer = await call('POST', url, { ...key, ...headers, [name]: value }, body);
      expect(answer, name).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(answer.body.error.details.path).toBe(`headers.${name}`);
    }
    expect(analyzer.asked).toEqual([]);
  });

  it('are found in any case of letters; the content type does not matter', async () => {
    const { headers, body } = encryptPhoto(photo);
    const shouted = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const answer = await call(
      'POST',
      url,
      { 'KL-API-KEY': keyOf.secretA, 'content-type': 'image/jpeg', ...shouted },
      body,
    );
    expect(answer).toMatchObject({ status: 201 });
  });
});

describe('decryption', () => {
  it.each([
    ['AES-GCM', 16],
    ['AES-GCM', 24],
    ['AES-GCM', 32],
    ['AES-GCM-SIV', 16],
    ['AES-GCM-SIV', 32],
  ] as const)('opens %s with a key of %i bytes', async (algorithm, keyBytes) => {
    expect(await enroll(encryptPhoto(photo, { algorithm, keyBytes }))).toMatchObject({ status: 201 });
  });

  it('finds the RSA key by id and by alias, and takes upper-case hex', async () => {
    const encrypted = encryptPhoto(photo);
    const upper = encrypted.headers['kl-image-key']!.toUpperCase();
    const headers = { 'kl-key-id': keyAlias, 'kl-image-key': upper };
    expect(await enroll(encrypted, headers)).toMatchObject({ status: 201 });
  });

  it('unwraps OAEP with SHA-256 for label and mask generation', async () => {
    const key = randomBytes(32);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([nonce, cipher.update(photo), cipher.final(), cipher.getAuthTag()]);
    const { headers } = encryptPhoto(photo, { algorithm: 'AES-GCM' });
    const wrapped = wrapByTheBook(key).toString('hex');
    expect(await enroll({ headers: { ...headers, 'kl-image-key': wrapped }, body })).toMatchObject({
      status: 201,
    });
  });

  it('answers every cryptographic failure with one and the same error', async () => {
    const good = encryptPhoto(photo);
    const gcm = encryptPhoto(photo, { algorithm: 'AES-GCM' });
    const flipped = (body: Buffer, at: number) => {
      const copy = Buffer.from(body);
      copy[at]! ^= 1;
      return copy;
    };
    const bad = [
      encryptPhoto(photo, { forStranger: true }),
      encryptPhoto(photo, { oaepHash: 'sha1' }),
      encryptPhoto(photo, { algorithm: 'AES-GCM', keyBytes: 32 }).headers,
      { ...good, headers: { ...good.headers, 'kl-key-id': 'key-2' } },
      { ...good, headers: { ...good.headers, 'kl-key-id': 'alias/unknown' } },
      { ...good, headers: { ...good.headers, 'kl-image-key': 'xyz' } },
      { ...good, headers: { ...good.headers, 'kl-image-key': '00' } },
      { ...good, headers: { ...good.headers, 'kl-image-key': gcm.headers['kl-image-key']! } },
      { ...good, headers: { ...good.headers, 'kl-image-algorithm': 'AES-GCM' } },
      { ...gcm, headers: { ...gcm.headers, 'kl-image-algorithm': 'AES-GCM-SIV' } },
      ...[good, gcm].flatMap(({ headers, body }) => [
        { headers, body: flipped(body, 0) },
        { headers, body: flipped(body, 14) },
        { headers, body: flipped(body, body.length - 1) },
        { headers, body: body.subarray(0, body.length - 1) },
        { headers, body: body.subarray(0, 28) },
        { headers, body: body.subarray(0, 12) },
        { headers, body: body.subarray(0, 5) },
      ]),
    ].filter((each): each is ReturnType<typeof encryptPhoto> => 'body' in each);
    const messages = new Set<string>();
    for (const encrypted of bad) {
      const answer = await enroll(encrypted);
      expect(answer).toMatchObject(refusedDecryption);
      const { requestId: _, ...rest } = answer.body.error;
      messages.add(JSON.stringify(rest));
    }
    expect(messages.size).toBe(1);
    const { headers } = good;
    expect(await call('POST', url, { 'kl-api-key': keyOf.secretA, ...headers })).toMatchObject(
      refusedDecryption,
    );
    expect(analyzer.asked).toEqual([]);
  });

  it('takes keys of AES sizes only', async () => {
    const { headers, body } = encryptPhoto(photo);
    for (const size of [0, 8, 24, 31, 33]) {
      const wrapped = wrapByTheBook(randomBytes(size)).toString('hex');
      const encrypted = { headers: { ...headers, 'kl-image-key': wrapped }, body };
      expect(await enroll(encrypted)).toMatchObject(refusedDecryption);
    }
  });

  it('takes the largest photo and nothing larger', async () => {
    const largest = encryptPhoto(new Uint8Array(limits.maxImageBytes), { algorithm: 'AES-GCM' });
    expect(await enroll(largest)).toMatchObject({ code: 'IMAGE_FORMAT_INVALID' });
    const tooLarge = { headers: largest.headers, body: Buffer.concat([largest.body, Buffer.of(0)]) };
    expect(await enroll(tooLarge)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
});

describe('an enrollment that breaks off', () => {
  const expectNothingLeft = async (): Promise<void> => {
    expect(fake.users.size).toBe(0);
    expect((await status()).body).toEqual({ isEnrolled: false });
    fake.repair();
    expect(await enroll()).toMatchObject({ status: 201 });
  };

  it('while the core-daemon is down leaves nothing', async () => {
    fake.fail('/v1/enrollments');
    expect(await enroll()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect(fake.calls).not.toContain('deleteUser');
    await expectNothingLeft();
  });

  it('while the answer to the commit is lost is taken back', async () => {
    fake.fail('/v1/enrollments/:enrollmentId/commit', 'SERVICE_TIMEOUT', true);
    expect(await enroll()).toMatchObject({ status: 504, code: 'SERVICE_TIMEOUT' });
    await expectNothingLeft();
  });

  it('while the client state is stored is taken back, whether it arrived or not', async () => {
    for (const isLate of [false, true]) {
      fake.fail('putClientState', 'SERVICE_UNAVAILABLE', isLate);
      expect(await enroll()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
      await expectNothingLeft();
      fake.users.clear();
    }
  });

  it('and cannot be taken back is logged, and freed by a later enrollment', async () => {
    fake.fail('putClientState');
    fake.fail('deleteUser');
    expect(await enroll()).toMatchObject({ status: 503 });
    expect(logLines.filter((line) => line.includes('"level":"error"')).length).toBe(1);
    const [[userId, user]] = [...fake.users] as [
      [string, typeof fake.users extends Map<string, infer U> ? U : never],
    ];
    fake.repair();
    // It may still be on its way for all a second caller knows.
    expect(await enroll()).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
    fake.addUser(userId, { ...user, createdAtMs: nowMs - 121_000 });
    const { status: httpStatus, body } = await enroll();
    expect(httpStatus).toBe(201);
    expect([...fake.users.keys()]).toEqual([body.keylessId]);
  });

  it('never frees a username of a complete user or of a user from elsewhere', async () => {
    const old = { tenantId: 1, circuits: [], createdAtMs: 0 };
    const begin = { externalUserId: 'ada', deviceType: 'SDK', deviceOrigin: 'WEB' } as const;
    for (const user of [
      { ...old, begin, clientState: new Uint8Array(1) },
      { ...old, begin: { ...begin, deviceOrigin: 'IOS' as const } },
      { ...old, begin: { ...begin, deviceOrigin: 'KEYLESS_AGENT' as const } },
    ]) {
      fake.addUser('A'.repeat(64), user);
      expect(await enroll()).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
      expect(fake.users.size).toBe(1);
    }
  });
});

describe('the status of a username', () => {
  it('says no more than that nobody has it', async () => {
    expect(await status()).toMatchObject({ status: 200, body: { isEnrolled: false } });
  });

  it('passes on that the database is away', async () => {
    fake.fail('findUsers');
    expect(await status()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect(await enroll()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('load and faults', () => {
  it('refuses with 429 whatever is beyond the limit, and recovers', async () => {
    const gate = Promise.withResolvers<void>();
    analyzer.gate.wait = gate.promise;
    const at = (name: string) => enroll(encryptPhoto(photo), {}, `/v1/users/acme/${name}`);
    const working = [at('one'), at('two')];
    while (analyzer.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = await at('three');
    expect(refused).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(refused.headers['retry-after']).toBe('1');
    expect(await status()).toMatchObject({ status: 200 });
    gate.resolve();
    for (const answer of await Promise.all(working)) expect(answer.status).toBe(201);
    expect(await at('three')).toMatchObject({ status: 201 });
  });

  it('passes on that the pipeline is busy', async () => {
    analyzer.gate.failure = new RecognizeError('BIOMETRIC_POOL_BUSY');
    expect(await enroll()).toMatchObject({ status: 429, code: 'BIOMETRIC_POOL_BUSY' });
  });

  it('erases photo and code, whatever happens', async () => {
    await enroll();
    await enroll(encryptPhoto('crowd'), {}, '/v1/users/acme/bob');
    fake.fail('/v1/enrollments');
    await enroll(encryptPhoto(photo), {}, '/v1/users/acme/carl');
    expect(analyzer.images.length).toBe(3);
    expect(analyzer.codes.length).toBe(2);
    for (const array of [...analyzer.images, ...analyzer.codes]) {
      expect(array.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('logs nothing of user, photo or keys', async () => {
    const encrypted = encryptPhoto(photo);
    const { body } = await enroll(encrypted);
    await enroll(encryptPhoto('crowd'), {}, '/v1/users/acme/bob');
    await enroll(encryptPhoto(photo, { forStranger: true }), {}, '/v1/users/acme/carl');
    const log = logLines.join('');
    expect(log).toContain('/v1/users/:customer/:username');
    const secrets = ['ada', 'bob', 'acme', 'face_multiple', body.keylessId, keyOf.secretA];
    for (const secret of [...secrets, encrypted.headers['kl-image-key']!.slice(0, 32)]) {
      expect(log).not.toContain(secret);
    }
  });
});
