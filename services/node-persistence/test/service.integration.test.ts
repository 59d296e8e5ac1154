import { randomBytes, randomUUID } from 'node:crypto';
import { nodePersistenceEndpoints } from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import { createFakeClock } from '@openrecognize/testing';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUserId } from './fixtures.ts';
import { call, enrollmentRequest, startTestService } from './service-fixture.ts';

const database = useTestDatabase();
const clock = createFakeClock();
let service: Service;
let tenantId: number;

beforeAll(async () => {
  service = await startTestService(database.url, clock.now);
  tenantId = (await call(service, 'PUT', '/internal/v1/tenants/Demo', {})).body.tenantId;
});
afterAll(() => service?.close(0));

const open = (changes: object = {}, userId = randomUserId(), key = randomBytes(91)) =>
  call(service, 'POST', '/internal/v1/enrollments', enrollmentRequest(tenantId, userId, key, changes));

const enroll = async (changes: object = {}) => {
  const opened = await open(changes);
  expect(opened.status).toBe(201);
  const { enrollmentId, userId, deviceId } = opened.body;
  const committed = await call(service, 'POST', `/internal/v1/enrollments/${enrollmentId}/commit`, {
    tenantId,
  });
  expect(committed).toMatchObject({ status: 200, body: { ...opened.body, state: 'committed' } });
  return { tenantId, userId: userId as string, deviceId: deviceId as string };
};

const start = (device: object, attemptId: string = randomUUID()) =>
  call(service, 'POST', '/internal/v1/attempts', { ...device, attemptId });
const finish = (attemptId: string, outcome: string, more: object = {}) =>
  call(service, 'POST', `/internal/v1/attempts/${attemptId}/finish`, { outcome, ...more });
const attempt = async (device: object, outcome: string, more: object = {}) => {
  const attemptId = randomUUID();
  expect((await start(device, attemptId)).status).toBe(201);
  return finish(attemptId, outcome, more);
};

describe('tenants and API keys', () => {
  it('keeps tenants by name, refuses settings that switch the lockout off, and resolves keys', async () => {
    const tenant = await call(service, 'GET', '/internal/v1/tenants/Demo');
    expect(tenant.body).toEqual({
      tenantId,
      customer: 'Demo',
      sdkCustomerId: 42,
      settings: {
        lockoutFailures: 5,
        lockoutWindowSeconds: 600,
        lockoutSuspensionSeconds: 600,
        userAuthorizationType: 'None',
        jwtLifetimeSeconds: 0,
        jwtIncludeJti: false,
        jwtIncludeNonce: false,
        authenticationVisibilitySeconds: 600,
      },
    });
    expect((await call(service, 'GET', '/internal/v1/tenants/demo')).body.error.code).toBe(
      'CUSTOMER_NOT_FOUND',
    );
    for (const settings of [{ lockoutWindowSeconds: 0 }, { lockoutSuspensionSeconds: 0 }]) {
      const refused = await call(service, 'PUT', '/internal/v1/tenants/Demo', { settings });
      expect(refused.body.error.code).toBe('BAD_REQUEST');
    }
    const keySha256 = randomBytes(32).toString('base64');
    const put = (kind: string, hash = keySha256) =>
      call(service, 'PUT', `/internal/v1/tenants/Demo/api-keys/${kind}`, { keySha256: hash });
    expect((await put('mobile')).status).toBe(204);
    expect((await put('secret')).body.error.code).toBe('CONFLICT');
    // 44 characters of base64 that hold 33 bytes.
    expect((await put('mobile', 'A'.repeat(44))).body.error.code).toBe('BAD_REQUEST');
    const resolve = (hash: string) =>
      call(service, 'POST', '/internal/v1/api-keys/resolve', { keySha256: hash });
    expect((await resolve(keySha256)).body).toEqual({ kind: 'mobile', tenant: tenant.body });
    expect((await resolve(randomBytes(32).toString('base64'))).body.error.code).toBe('API_KEY_INVALID');
  });

  it.each(Object.values(nodePersistenceEndpoints))(
    'has $method $path and lets nobody in without the service key',
    async ({ method, path }) => {
      expect(service.app.hasRoute({ method, url: path })).toBe(true);
      const answer = await service.app.inject({ method, url: path });
      expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'SERVICE_KEY_INVALID']);
    },
  );
});

describe('enrollment', () => {
  it('answers each refusal with its code', async () => {
    const externalUserId = `User-${randomUUID()}`;
    const operationInfo = { operationId: randomUUID() };
    const key = randomBytes(91);
    const first = await open({ externalUserId, operationInfo }, randomUserId(), key);
    const path = `/internal/v1/enrollments/${first.body.enrollmentId}`;
    expect((await call(service, 'GET', path)).body).toEqual(first.body);
    expect(
      (await call(service, 'POST', `${path}/commit`, { tenantId: tenantId + 1000 })).body.error.code,
    ).toBe('ENROLLMENT_NOT_FOUND');
    expect((await call(service, 'POST', `${path}/commit`, { tenantId })).status).toBe(200);
    const codeOf = async (answer: ReturnType<typeof open>) => (await answer).body.error.code;
    expect(await codeOf(open({}, randomUserId(), key))).toBe('ALREADY_ENROLLED');
    expect(await codeOf(open({ externalUserId: externalUserId.toUpperCase() }))).toBe('ALREADY_ENROLLED');
    expect(await codeOf(open({ operationInfo }))).toBe('OPERATION_ALREADY_EXISTS');
    expect(await codeOf(open({ tenantId: 99_999 }))).toBe('CUSTOMER_NOT_FOUND');
    expect(await codeOf(open({ externalUserId: 'a\u0000b' }))).toBe('BAD_REQUEST');
    expect(await codeOf(open({ sealedTemplate: 'AAA' }))).toBe('BAD_REQUEST');
    const missing = await call(service, 'GET', `/internal/v1/enrollments/${randomUUID()}`);
    expect(missing.body.error.code).toBe('ENROLLMENT_NOT_FOUND');
  });

  it('expires by the clock of the service', async () => {
    const { enrollmentId } = (await open({ ttlSeconds: 1 })).body;
    await clock.advance(1000);
    const path = `/internal/v1/enrollments/${enrollmentId}`;
    expect((await call(service, 'GET', path)).body.error.code).toBe('ENROLLMENT_EXPIRED');
    expect((await call(service, 'POST', `${path}/commit`, { tenantId })).body.error.code).toBe(
      'ENROLLMENT_EXPIRED',
    );
  });
});

describe('authentication', () => {
  it('checks, starts and finishes, and releases the sealed template after a match alone', async () => {
    const externalUserId = randomUUID();
    const device = await enroll({ externalUserId, epoch: 7 });
    const checked = await call(service, 'POST', '/internal/v1/devices/check', device);
    expect(checked.body).toMatchObject({ codeBits: 2048, externalUserId, lockoutRemainingSeconds: 0 });
    const attemptId = randomUUID();
    expect(await start(device, attemptId)).toMatchObject({
      status: 201,
      body: { externalUserId, codeBits: 2048, threshold: 744 },
    });
    expect((await start(device, attemptId)).body.error.code).toBe('REPLAY_REFUSED');
    const operationInfo = { operationId: randomUUID(), payload: 'pay' };
    expect((await finish(attemptId, 'match', { operationInfo })).body).toEqual({
      sealedTemplate: Buffer.from('sealed').toString('base64'),
      epoch: 7,
      lockoutRemainingSeconds: 0,
    });
    expect((await attempt(device, 'no-match')).body).toEqual({
      epoch: 7,
      remainingAttempts: 4,
      lockoutRemainingSeconds: 0,
    });
    expect((await attempt(device, 'match', { operationInfo })).body.error.code).toBe(
      'OPERATION_ALREADY_EXISTS',
    );
    expect((await finish(attemptId, 'no-match')).body.error.code).toBe('CONFLICT');
    expect((await finish(randomUUID(), 'match')).body.error.code).toBe('NOT_FOUND');
    const gone = { ...device, deviceId: 'AB'.repeat(16) };
    expect((await start(gone)).body.error.code).toBe('DEVICE_NOT_FOUND');
    const stranger = { ...device, userId: randomUserId() };
    expect((await start(stranger)).body.error.code).toBe('USER_NOT_FOUND');
    expect((await call(service, 'POST', '/internal/v1/devices/check', gone)).body.error.code).toBe(
      'DEVICE_NOT_FOUND',
    );
  });

  it('suspends after five failures, says for how long, and lets the user in again afterwards', async () => {
    const device = await enroll();
    for (let failures = 0; failures < 4; failures++) await attempt(device, 'no-match');
    expect((await attempt(device, 'no-match')).body).toMatchObject({
      remainingAttempts: 0,
      lockoutRemainingSeconds: 600,
    });
    await clock.advance(199_500);
    const refused = await start(device);
    expect(refused.status).toBe(423);
    expect(refused.headers['retry-after']).toBe('401');
    expect(refused.body.error).toMatchObject({
      code: 'LOCKED_OUT',
      details: { lockoutRemainingSeconds: 401, retryAfterSeconds: 401 },
    });
    await clock.advance(400_500);
    expect((await attempt(device, 'match')).status).toBe(200);
    const metrics = (await service.app.inject({ method: 'GET', url: '/metrics' })).body;
    expect(metrics).toMatch(/^openrecognize_lockouts_total 1$/m);
    expect(metrics).toMatch(/^openrecognize_authentication_attempts_total\{outcome="locked-out"\} 1$/m);
    expect(metrics).toMatch(/^openrecognize_database_connections_max\{pool="node-persistence"\} 4$/m);
  });

  it('asks to wait while attempts in flight could use up the failures that are left', async () => {
    const device = await enroll();
    for (let inFlight = 0; inFlight < 5; inFlight++) expect((await start(device)).status).toBe(201);
    const busy = await start(device);
    expect(busy.body.error.code).toBe('AUTHENTICATION_BUSY');
    expect(busy.headers['retry-after']).toBe('1');
  });
});

describe('tokens, client state and users', () => {
  it('stores and takes match tokens', async () => {
    const { userId, deviceId } = await enroll();
    const tokenHash = randomBytes(32).toString('base64');
    const put = (tokens: object[]) =>
      call(service, 'POST', '/internal/v1/match-tokens', { userId, deviceId, tokens });
    const take = () =>
      call(service, 'POST', '/internal/v1/match-tokens/take', { userId, deviceId, circuitIndex: 5 });
    const token = { circuitIndex: 5, tokenHash };
    expect((await put([token, token])).status).toBe(204);
    const other = { circuitIndex: 5, tokenHash: randomBytes(32).toString('base64') };
    expect((await put([token, other])).body.error.code).toBe('CONFLICT');
    expect((await take()).body).toEqual({ tokenHash });
    expect((await take()).body.error.code).toBe('NO_SUCH_CIRCUIT_ID');
    expect((await put([token])).body.error).toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'conflict' },
    });
  });

  it('lists, finds and deletes users and works off the purge list', async () => {
    const externalUserId = `Zoë-${randomUUID()}`;
    const { userId, deviceId } = await enroll({ externalUserId, osVersion: '17' });
    const devices = () => call(service, 'GET', `/internal/v1/users/${userId}/devices?tenantId=${tenantId}`);
    expect((await devices()).body.devices).toMatchObject([
      { userId, deviceId, osVersion: '17', artifact: { family: 'family', version: '1.0.0' } },
    ]);
    const find = (id: string) =>
      call(service, 'POST', '/internal/v1/external-users/find', { tenantId, externalUserId: id });
    expect((await find(externalUserId.toUpperCase())).body).toEqual({ userIds: [userId] });
    const before = `${(BigInt(`0x${userId}`) - 1n).toString(16).toUpperCase().padStart(64, '0')}`;
    const page = await call(
      service,
      'GET',
      `/internal/v1/users?tenantId=${tenantId}&after=${before}&limit=1`,
    );
    expect(page.body.users).toMatchObject([{ userId, externalUserId, deviceCount: 1 }]);

    const wrapped = randomBytes(100).toString('base64');
    const state = `/internal/v1/users/${userId}/client-state`;
    const putState = (expectedVersion: number) =>
      call(service, 'PUT', state, { tenantId, expectedVersion, wrapped });
    expect((await call(service, 'GET', `${state}?tenantId=${tenantId}`)).body.error.code).toBe(
      'USER_NOT_FOUND',
    );
    expect((await putState(0)).body).toEqual({ version: 1 });
    expect((await putState(0)).body.error.code).toBe('CONFLICT');
    expect((await call(service, 'GET', `${state}?tenantId=${tenantId}`)).body).toEqual({
      version: 1,
      wrapped,
    });

    const remove = () => call(service, 'DELETE', `/internal/v1/users/${userId}?tenantId=${tenantId}`);
    expect((await remove()).body).toEqual({ deviceIds: [deviceId] });
    expect((await remove()).body.error.code).toBe('USER_NOT_FOUND');
    expect((await devices()).body.error.code).toBe('USER_NOT_FOUND');
    expect((await putState(1)).body.error.code).toBe('USER_NOT_FOUND');
    expect((await find(externalUserId)).body).toEqual({ userIds: [] });
    const purges = async () =>
      (await call(service, 'GET', '/internal/v1/circuit-purges?limit=200')).body.purges;
    expect(await purges()).toContainEqual({ userId, deviceId });
    const cross = await call(service, 'DELETE', `/internal/v1/circuit-purges/${userId}/${deviceId}`);
    expect(cross.status).toBe(204);
    expect(await purges()).not.toContainEqual({ userId, deviceId });
  });
});
