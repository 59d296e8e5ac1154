import { createPublicKey } from 'node:crypto';
import { createService, type Service } from '@openrecognize/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountOperations } from '../src/server.ts';
import { createFakeBackend, keyOf, userA } from './fake-backend.ts';

let service: Service;
let fake: Awaited<ReturnType<typeof createFakeBackend>>;
let nowMs: number;

beforeEach(async () => {
  nowMs = 1_750_000_000_000;
  fake = await createFakeBackend();
  service = await createService({ name: 'operations-service', logging: { level: 'silent' } });
  mountOperations(service.app, {
    backend: fake.backend,
    apiKeyCacheSeconds: 0,
    jwksCacheSeconds: 60,
    now: () => nowMs,
  });
});
afterEach(() => service.close(0));

const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, key?: string, payload?: object) => {
  const headers = key === undefined ? {} : { 'x-api-key': key };
  const answer = await service.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.json(), code: answer.json()?.error?.code as string };
};
const claims = { iat: 1_749_999_999, td: '{"amount":"1"}', version: '1.1.0', sub: userA };
const verify = (message: string) => call('POST', '/v2/verify-jwt', keyOf.secretA, { message });

describe('the API key', () => {
  it('is asked for, must be known and must be the secret one', async () => {
    const url = `/v2/users/${userA}/devices`;
    expect(await call('GET', url)).toMatchObject({ status: 401, code: 'API_KEY_MISSING' });
    expect(await call('GET', url, 'guess')).toMatchObject({ status: 401, code: 'API_KEY_INVALID' });
    const wrong = await call('GET', url, keyOf.mobileA);
    expect(wrong).toMatchObject({ status: 401, code: 'API_KEY_WRONG_KIND' });
    expect(wrong.body.error.details.requiredKind).toBe('secret');
  });

  it('is checked before anything else of the request', async () => {
    expect(await call('POST', '/v2/verify-jwt', undefined, { nonsense: 1 })).toMatchObject({ status: 401 });
  });
});

describe('users and devices', () => {
  it('lists the devices of a user in the documented form', async () => {
    const { status, body } = await call('GET', `/v2/users/${userA}/devices`, keyOf.secretA);
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        userId: userA,
        sdkCustomerId: 42,
        publicSigningKey: `${'A'.repeat(123)}=`,
        publicEncryptionKey: '',
        state: 'ACTIVE',
        createdAt: '2025-01-15T09:00:00.000',
        deviceType: 'SDK',
        deviceOrigin: 'IOS',
      },
    ]);
  });

  it('shows a tenant nothing of another tenant', async () => {
    for (const [method, url] of [
      ['GET', `/v2/users/${userA}/devices`],
      ['DELETE', `/v2/users/${userA}`],
    ] as const) {
      expect(await call(method, url, keyOf.secretB)).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
    }
    expect((await call('GET', '/v2/users', keyOf.secretB)).body).toEqual({ users: [] });
    expect((await call('GET', '/v2/users', keyOf.secretA)).body.users).toHaveLength(1);
  });

  it('deletes a user once', async () => {
    const url = `/v2/users/${userA}`;
    expect(await call('DELETE', url, keyOf.secretA)).toMatchObject({ status: 200, body: { success: true } });
    expect(await call('DELETE', url, keyOf.secretA)).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
  });

  it('refuses ids of another form before asking anyone', async () => {
    expect(await call('DELETE', '/v2/users/abc', keyOf.secretA)).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
    });
  });

  it('names the next page only when there may be one', async () => {
    const { body } = await call('GET', '/v2/users?limit=1', keyOf.secretA);
    expect(body.next).toBe(userA);
    expect((await call('GET', `/v2/users?limit=1&after=${userA}`, keyOf.secretA)).body).toEqual({
      users: [],
    });
  });
});

describe('verify-jwt', () => {
  it('accepts a token signed by a published key', async () => {
    expect(await verify(await fake.sign(claims))).toMatchObject({ status: 200, body: { success: true } });
  });

  it('refuses everything else with one and the same code', async () => {
    const good = await fake.sign(claims);
    const [head, body, signature] = good.split('.') as [string, string, string];
    const none = Buffer.from('{"alg":"none","kid":"PIN/FACE"}').toString('base64url');
    const otherBody = Buffer.from(JSON.stringify({ ...claims, td: '9' })).toString('base64url');
    const other = await createFakeBackend();
    const bad = [
      'x',
      'a.b.c',
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${head}.${otherBody}.${signature}`,
      await other.sign(claims),
      await fake.sign(claims, { kid: 'unknown' }),
      await fake.sign({ ...claims, version: '9' }),
      await fake.sign({ iat: 1 }),
      await fake.sign({ ...claims, exp: nowMs / 1_000 }),
    ];
    for (const message of bad) {
      expect(await verify(message)).toMatchObject({ status: 400, code: 'JWT_INVALID' });
    }
    expect(await verify(await fake.sign({ ...claims, exp: nowMs / 1_000 + 1 }))).toMatchObject({
      status: 200,
    });
  });

  it('accepts old and new keys while they overlap, and asks the vault at most once for an unknown one', async () => {
    const old = await fake.sign(claims);
    expect(await verify(old)).toMatchObject({ status: 200 });
    await fake.rotate('PIN/FACE-2');
    const fresh = await fake.sign(claims);
    nowMs += 6_000;
    expect(await verify(fresh)).toMatchObject({ status: 200 });
    expect(await verify(old)).toMatchObject({ status: 200 });
    const before = fake.calls.readJwks;
    for (let i = 0; i < 20; i++) await verify(await fake.sign(claims, { kid: `invented-${i}` }));
    expect(fake.calls.readJwks - before).toBe(0);
  });

  it('publishes the current key as PEM and the set as JWKS', async () => {
    const { body } = await call('GET', '/v2/verify-jwt/public-key', keyOf.secretA);
    expect(createPublicKey(body.result).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const jwks = await call('GET', '/customers/acme/.well-known/jwks.json');
    expect(jwks.body.keys).toHaveLength(1);
    expect(jwks.body.keys[0]).toMatchObject({ use: 'sig', kid: 'PIN/FACE', alg: 'ES256' });
    expect(jwks.body.keys[0].d).toBeUndefined();
    expect(await call('GET', '/customers/nobody/.well-known/jwks.json')).toMatchObject({
      status: 404,
      code: 'CUSTOMER_NOT_FOUND',
    });
  });
});
