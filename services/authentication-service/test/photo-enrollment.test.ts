import { RecognizeError } from '@openrecognize/contracts';
import { decodeClientState } from '@openrecognize/zkb/client';
import { describe, expect, it } from 'vitest';
import { decodeWebUserRecord } from '../src/web-user-record.ts';
import { encryptPhoto } from './encrypt-photo.ts';
import { codeOf } from './fake-analyzer.ts';
import { keyOf, nowMs } from './fake-backend.ts';
import { matches } from './match-circuit.ts';
import { photo, useService, wrappingKeys } from './use-service.ts';

const { current, enroll, status } = useService();

describe('enrolling a photo', () => {
  it('enrolls a web device under the username and answers 201 with the keylessId', async () => {
    const { status: httpStatus, body } = await enroll();
    expect(httpStatus).toBe(201);
    const user = current.fake.users.get(body.keylessId)!;
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
    const { clientState, circuits } = current.fake.users.get(body.keylessId)!;
    const context = { customer: 'acme', userId: body.keylessId as string };
    for (const other of [
      { ...context, customer: 'other' },
      { ...context, userId: 'F'.repeat(64) },
    ]) {
      await expect(wrappingKeys.unwrap(clientState!, other)).rejects.toMatchObject({
        code: 'CLIENT_STATE_INVALID',
      });
    }
    const { device } = decodeWebUserRecord(await wrappingKeys.unwrap(clientState!, context));
    const { state } = decodeClientState(device);
    expect(state.userId).toBe(body.keylessId);
    expect(matches(state, codeOf(photo), circuits[0]!)).toBe(true);
    expect(matches(state, codeOf('person:bob'), circuits[1]!)).toBe(false);
  });

  it('refuses a username that exists, in any case of letters, before any work on the image', async () => {
    await enroll();
    current.analyzer.asked.length = 0;
    const refused = { status: 409, code: 'ALREADY_ENROLLED' };
    expect(await enroll(encryptPhoto(photo), {}, '/v1/users/acme/ADA')).toMatchObject(refused);
    expect(await enroll(encryptPhoto('garbage', { forStranger: true }))).toMatchObject(refused);
    expect(current.analyzer.asked).toEqual([]);
    expect(await enroll(encryptPhoto(photo), {}, '/v1/users/acme/bob')).toMatchObject({ status: 201 });
  });

  it('lets one of two callers win who enroll a username at once', async () => {
    const answers = await Promise.all([enroll(), enroll()]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(current.fake.users.size).toBe(1);
    const winner = answers.find((answer) => answer.status === 201)!;
    expect((await status()).body.keylessId).toBe(winner.body.keylessId);
  });

  it('takes usernames of any script, and ones that need escaping in a path', async () => {
    for (const username of ['Ünïcode 名前', 'a/b', 'ada@example.org']) {
      const path = `/v1/users/acme/${encodeURIComponent(username)}`;
      const { body } = await enroll(encryptPhoto(photo), {}, path);
      expect(current.fake.users.get(body.keylessId)!.begin.externalUserId).toBe(username);
    }
  });

  it('names the filters that refuse a photo', async () => {
    const answer = await enroll(encryptPhoto('crowd'));
    expect(answer).toMatchObject({ status: 422, code: 'FILTER_TRIGGERED' });
    expect(answer.body.error.details.filters).toEqual(['face_multiple', 'eyes_closed']);
    expect(current.fake.users.size).toBe(0);
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
    expect(current.analyzer.asked.map(({ scenario }) => scenario)).toEqual([
      'SELFIE',
      'DOCUMENT',
      'TRUSTED_SOURCE',
    ]);
  });
});

describe('an enrollment that breaks off', () => {
  const expectNothingLeft = async (): Promise<void> => {
    expect(current.fake.users.size).toBe(0);
    expect((await status()).body).toEqual({ isEnrolled: false });
    current.fake.repair();
    expect(await enroll()).toMatchObject({ status: 201 });
  };

  it('while the core-daemon is down leaves nothing', async () => {
    current.fake.fail('/v1/enrollments');
    expect(await enroll()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect(current.fake.calls).not.toContain('deleteUser');
    await expectNothingLeft();
  });

  it('while the answer to the commit is lost is taken back', async () => {
    current.fake.fail('/v1/enrollments/:enrollmentId/commit', 'SERVICE_TIMEOUT', true);
    expect(await enroll()).toMatchObject({ status: 504, code: 'SERVICE_TIMEOUT' });
    await expectNothingLeft();
  });

  it('while the client state is stored is taken back, whether it arrived or not', async () => {
    for (const isLate of [false, true]) {
      current.fake.fail('putClientState', 'SERVICE_UNAVAILABLE', isLate);
      expect(await enroll()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
      await expectNothingLeft();
      current.fake.users.clear();
    }
  });

  it('and cannot be taken back is logged, and freed by a later enrollment', async () => {
    current.fake.fail('putClientState');
    current.fake.fail('deleteUser');
    expect(await enroll()).toMatchObject({ status: 503 });
    expect(current.logLines.filter((line) => line.includes('"level":"error"')).length).toBe(1);
    const [userId, user] = [...current.fake.users][0]!;
    current.fake.repair();
    // It may still be on its way for all a second caller knows.
    expect(await enroll()).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
    current.fake.addUser(userId, { ...user, createdAtMs: nowMs - 121_000 });
    const { status: httpStatus, body } = await enroll();
    expect(httpStatus).toBe(201);
    expect([...current.fake.users.keys()]).toEqual([body.keylessId]);
  });

  it('never frees a username of a complete user or of a user from elsewhere', async () => {
    const old = { tenantId: 1, circuits: [], createdAtMs: 0 };
    const begin = { externalUserId: 'ada', deviceType: 'SDK', deviceOrigin: 'WEB' } as const;
    for (const user of [
      { ...old, begin, clientState: new Uint8Array(1) },
      { ...old, begin: { ...begin, deviceOrigin: 'IOS' as const } },
      { ...old, begin: { ...begin, deviceOrigin: 'KEYLESS_AGENT' as const } },
    ]) {
      current.fake.addUser('A'.repeat(64), user);
      expect(await enroll()).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' });
      expect(current.fake.users.size).toBe(1);
    }
  });
});

describe('the status of a username', () => {
  it('says no more than that nobody has it', async () => {
    expect(await status()).toMatchObject({ status: 200, body: { isEnrolled: false } });
  });

  it('passes on that the database is away', async () => {
    current.fake.fail('findUsers');
    expect(await status()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect(await enroll()).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('load and faults', () => {
  it('refuses with 429 whatever is beyond the limit, and recovers', async () => {
    const gate = Promise.withResolvers<void>();
    current.analyzer.gate.wait = gate.promise;
    const at = (name: string) => enroll(encryptPhoto(photo), {}, `/v1/users/acme/${name}`);
    const working = [at('one'), at('two')];
    while (current.analyzer.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = await at('three');
    expect(refused).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(refused.headers['retry-after']).toBe('1');
    expect(await status()).toMatchObject({ status: 200 });
    gate.resolve();
    for (const answer of await Promise.all(working)) expect(answer.status).toBe(201);
    expect(await at('three')).toMatchObject({ status: 201 });
  });

  it('passes on that the pipeline is busy', async () => {
    current.analyzer.gate.failure = new RecognizeError('BIOMETRIC_POOL_BUSY');
    expect(await enroll()).toMatchObject({ status: 429, code: 'BIOMETRIC_POOL_BUSY' });
  });

  it('erases photo and code, whatever happens', async () => {
    await enroll();
    await enroll(encryptPhoto('crowd'), {}, '/v1/users/acme/bob');
    current.fake.fail('/v1/enrollments');
    await enroll(encryptPhoto(photo), {}, '/v1/users/acme/carl');
    expect(current.analyzer.images.length).toBe(3);
    expect(current.analyzer.codes.length).toBe(2);
    for (const array of [...current.analyzer.images, ...current.analyzer.codes]) {
      expect(array.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('logs nothing of user, photo or keys', async () => {
    const encrypted = encryptPhoto(photo);
    const { body } = await enroll(encrypted);
    await enroll(encryptPhoto('crowd'), {}, '/v1/users/acme/bob');
    await enroll(encryptPhoto(photo, { forStranger: true }), {}, '/v1/users/acme/carl');
    const log = current.logLines.join('');
    expect(log).toContain('/v1/users/:customer/:username');
    const secrets = ['ada', 'bob', 'acme', 'face_multiple', body.keylessId, keyOf.secretA];
    for (const secret of [...secrets, encrypted.headers['kl-image-key']!.slice(0, 32)]) {
      expect(log).not.toContain(secret);
    }
  });
});
