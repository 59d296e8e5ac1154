import { RecognizeError } from '@openrecognize/contracts';
import { createService, type Service } from '@openrecognize/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationsApi } from '../src/ports/operations-api.ts';
import { mountDemo } from '../src/server.ts';
import { createFakeBank } from './fake-bank.ts';
import { createFakeDevices, type FakeDevices, fakeToken, fakeUserId, sdkFailure } from './fake-devices.ts';

let service: Service;
let fake: FakeDevices;
let deleted: string[];
let operations: { -readonly [K in keyof OperationsApi]: OperationsApi[K] };
let logged: string;

beforeEach(async () => {
  fake = createFakeDevices();
  deleted = [];
  logged = '';
  operations = {
    verifyJwt: async (token) => token === fakeToken('{"amount":"1"}'),
    deleteUser: async (userId) => {
      deleted.push(userId);
      return true;
    },
  };
  const stream = {
    write: (line: string) => {
      logged += line;
    },
  };
  service = await createService({ name: 'demo', logging: { level: 'trace', stream } });
  mountDemo(service.app, {
    bankPage: (await createFakeBank()).bankPage,
    devices: fake.devices,
    operations,
    maxPeople: 2,
    maxConcurrency: 2,
    now: () => performance.now(),
  });
  await service.app.ready();
});
afterEach(() => service.close(0));

const picture = Buffer.from('picture of a face');
const send = async (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: Buffer,
  type = 'image/jpeg',
) => {
  const headers = payload ? { 'content-type': type } : {};
  const answer = await service.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
};
const enroll = (name: string) => send('POST', `/api/users/${name}/enroll`, Buffer.from(picture));
const authenticate = (name: string, transaction?: string) =>
  send(
    'POST',
    `/api/users/${name}/authenticate${transaction ? `?transaction=${encodeURIComponent(transaction)}` : ''}`,
    Buffer.from(picture),
  );
const entriesOf = (body: { services: { party: string; entries: { text: string }[] }[] }, party: string) =>
  body.services.find((account) => account.party === party)!.entries.map(({ text }) => text);

describe('enrolling', () => {
  it('hands the picture to the device, lists the person and wipes the picture', async () => {
    const { status, body } = await enroll('ada');
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'ada', userId: fakeUserId, timings: { pipelineMs: 40 } });
    expect(Buffer.from(fake.pictures[0]!)).toEqual(picture);
    expect([...fake.leftovers[0]!].every((byte) => byte === 0)).toBe(true);
    expect((await send('GET', '/api/users')).body).toEqual({ users: [{ name: 'ada' }] });
  });

  it('names the filters that refused a picture', async () => {
    fake.failures.push(sdkFailure('FILTER_TRIGGERED', { triggeredFilters: ['face_missing'] }));
    const { status, body } = await enroll('ada');
    expect(status).toBe(422);
    expect(body.error).toMatchObject({
      code: 30008,
      coreCode: 'FILTER_TRIGGERED',
      filters: ['face_missing'],
    });
  });

  it('refuses a name twice with 20001, and more people than the page keeps', async () => {
    await enroll('ada');
    expect((await enroll('ada')).body.error).toMatchObject({ code: 20001, coreCode: 'ALREADY_ENROLLED' });
    await enroll('bob');
    expect(await enroll('cleo')).toMatchObject({
      status: 429,
      body: { error: { coreCode: 'TOO_MANY_REQUESTS' } },
    });
    expect(fake.people.has('cleo')).toBe(false);
  });

  it.each(['Ada', '-ada', 'a'.repeat(33), 'a.b', '..%2Fetc', 'a%00', '%20'])(
    'refuses the name %s',
    async (name) => {
      expect(await enroll(name)).toMatchObject({ status: 400, body: { error: { code: 537 } } });
      expect(fake.pictures).toEqual([]);
    },
  );
});

describe('authenticating', () => {
  it('gives verdict, token with its parts, the word of the operations-service, and what each service saw', async () => {
    await enroll('ada');
    const { status, body } = await authenticate('ada', '{"amount":"1"}');
    expect(status).toBe(200);
    expect(body).toMatchObject({ verdict: 'match', replacedCircuits: 1 });
    expect(body.jwt).toEqual({
      token: fakeToken('{"amount":"1"}'),
      header: { alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' },
      claims: { iat: 1_750_000_000, td: '{"amount":"1"}', version: '1.1.0', sub: fakeUserId },
      isVerified: true,
    });
    expect(body.timings).toMatchObject({ pipelineMs: 40, deviceAuthMs: 2.5, userAuthMs: 2.5 });
    expect(entriesOf(body, 'core-daemon')).toContain('1 bit: match');
    expect(entriesOf(body, 'operations-service')).toContain('“genuine”');
  });

  it('shows a token that does not verify as one that does not', async () => {
    await enroll('ada');
    expect((await authenticate('ada', 'something else')).body.jwt.isVerified).toBe(false);
  });

  it('lets the match stand when the operations-service is down, without a word on the token', async () => {
    await enroll('ada');
    operations.verifyJwt = async () => {
      throw new RecognizeError('SERVICE_UNAVAILABLE');
    };
    const { status, body } = await authenticate('ada', '{"amount":"1"}');
    expect(status).toBe(200);
    expect(body.jwt).not.toHaveProperty('isVerified');
    expect(entriesOf(body, 'operations-service')).toEqual([]);
  });

  it('has no token without a transaction', async () => {
    await enroll('ada');
    expect((await authenticate('ada')).body).not.toHaveProperty('jwt');
  });

  it('answers another face with 30004, the attempts that are left and what was seen', async () => {
    await enroll('ada');
    fake.failures.push(sdkFailure('FAILED_TO_AUTHENTICATE_USER', { remainingAttempts: 3 }));
    const { status, body } = await authenticate('ada', 'x');
    expect(status).toBe(401);
    expect(body.error).toMatchObject({ code: 30004, name: 'faceNotMatching', remainingAttempts: 3 });
    expect(body).not.toHaveProperty('jwt');
    expect(entriesOf(body, 'auth-vault')).toContain('1 bit: no match');
  });

  it('answers a suspended user with 30007 and the seconds, rounded up', async () => {
    await enroll('ada');
    fake.failures.push(sdkFailure('LOCKED_OUT', { lockoutRemainingSeconds: 431.2 }));
    const { status, body, headers } = await authenticate('ada', 'x');
    expect(status).toBe(423);
    expect(body.error).toMatchObject({ code: 30007, lockoutRemainingSeconds: 432 });
    expect(headers['retry-after']).toBe('432');
  });

  it('does not touch a device for somebody it does not know', async () => {
    expect(await authenticate('ada')).toMatchObject({ status: 404, body: { error: { code: 20000 } } });
    expect(fake.pictures).toEqual([]);
  });

  it('keeps an unexpected failure to itself', async () => {
    await enroll('ada');
    fake.failures.push(new Error('/secret/path'));
    const { status, body } = await authenticate('ada');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('/secret/path');
  });
});

describe('deleting', () => {
  it('deletes the user on the server, then the device', async () => {
    await enroll('ada');
    const { body } = await send('DELETE', '/api/users/ada');
    expect(body).toMatchObject({ name: 'ada', wasOnServer: true });
    expect(deleted).toEqual([fakeUserId]);
    expect(fake.people.size).toBe(0);
  });

  it('forgets the device of a user the server does not know', async () => {
    await enroll('ada');
    operations.deleteUser = async () => false;
    expect((await send('DELETE', '/api/users/ada')).body).toMatchObject({ wasOnServer: false });
    expect(fake.people.size).toBe(0);
  });

  it('keeps the device when the server cannot be asked', async () => {
    await enroll('ada');
    operations.deleteUser = async () => {
      throw new RecognizeError('SERVICE_UNAVAILABLE');
    };
    expect((await send('DELETE', '/api/users/ada')).status).toBe(503);
    expect(fake.people.has('ada')).toBe(true);
  });
});

describe('limits', () => {
  it('turns away who finds no place, with 429', async () => {
    let open = () => {};
    fake.gate = new Promise((resolve) => {
      open = resolve;
    });
    const [one, two] = [enroll('ada'), enroll('bob')];
    await expect.poll(() => enroll('cleo')).toMatchObject({ status: 429 });
    open();
    expect([(await one).status, (await two).status]).toEqual([200, 200]);
  });

  it('refuses bodies that are no picture by their type, too large or empty', async () => {
    const url = '/api/users/ada/enroll';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/json',
    ]) {
      expect(await send('POST', url, Buffer.from('{}'), type)).toMatchObject({ status: 415 });
    }
    const tooLarge = Buffer.alloc(12 * 1024 * 1024 + 1);
    expect(await send('POST', url, tooLarge)).toMatchObject({
      status: 413,
      body: { error: { coreCode: 'PAYLOAD_TOO_LARGE' } },
    });
    expect(await send('POST', url)).toMatchObject({ body: { error: { coreCode: 'IMAGE_EMPTY' } } });
    expect(fake.pictures).toEqual([]);
  });

  it('refuses a transaction that is too long for the page', async () => {
    await enroll('ada');
    expect(await authenticate('ada', 'x'.repeat(2_001))).toMatchObject({ status: 400 });
  });
});

describe('the page', () => {
  it('comes with headers that allow nothing from elsewhere and nothing inline', async () => {
    for (const url of ['/', '/how-it-works/', '/how-it-works/css/base.css', '/js/main.js', '/api/users']) {
      const { statusCode, headers } = await service.app.inject({ method: 'GET', url });
      expect(statusCode).toBe(200);
      expect(headers['content-security-policy']).toContain(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'",
      );
      expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval'/);
      expect(headers['content-security-policy']).toContain("connect-src 'self' ws://127.0.0.1:8080;");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('names no other host', async () => {
    for (const url of ['/', '/how-it-works/']) {
      const { body } = await service.app.inject({ method: 'GET', url });
      expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  });

  it('serves nothing outside its folder', async () => {
    for (const url of [
      '/../package.json',
      '/..%2fpackage.json',
      '/js/../../package.json',
      '/sdk-web-components/../../package.json',
      '/nothing',
    ]) {
      expect((await service.app.inject({ method: 'GET', url })).statusCode).toBeGreaterThanOrEqual(400);
    }
  });

  it('writes no name, picture, token or transaction into its log', async () => {
    await enroll('unmistakable');
    await authenticate('unmistakable', 'confidential-payee');
    fake.failures.push(sdkFailure('FAILED_TO_AUTHENTICATE_USER'));
    await authenticate('unmistakable', 'confidential-payee');
    expect(logged).toContain('/api/users/:name/authenticate');
    expect(logged).not.toMatch(/unmistakable|confidential|picture of|eyJ/);
  });
});
