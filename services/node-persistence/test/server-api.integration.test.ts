import { randomBytes, randomUUID } from 'node:crypto';
import { nodePersistenceServerApiEndpoints } from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import { createFakeClock } from '@openrecognize/testing';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUserId } from './fixtures.ts';
import { call, enrollmentRequest, SERVICE_KEY, startTestService } from './service-fixture.ts';

const database = useTestDatabase();
const clock = createFakeClock();
const apiKeyId = '0123456789abcdef';
const act = { actor: { kind: 'api-key', id: apiKeyId }, requestId: 'request-1' };
let service: Service;
let tenantId: number;
let otherTenantId: number;

beforeAll(async () => {
  service = await startTestService(database.url, clock.now);
  tenantId = (await call(service, 'PUT', '/internal/v1/tenants/Demo', {})).body.tenantId;
  otherTenantId = (await call(service, 'PUT', '/internal/v1/tenants/Other', {})).body.tenantId;
});
afterAll(() => service?.close(0));

const post = (url: string, body: object) => call(service, 'POST', `/internal/v1${url}`, body);
const get = (url: string) => call(service, 'GET', `/internal/v1${url}`);
const patch = async (url: string, body: object) => {
  const answer = await service.app.inject({
    method: 'PATCH',
    url: `/internal/v1${url}`,
    headers: { authorization: `Bearer ${SERVICE_KEY}` },
    payload: body,
  });
  return { status: answer.statusCode, body: answer.json() };
};

const enroll = async (changes: object = {}, key = randomBytes(91)) => {
  const opened = await post('/enrollments', enrollmentRequest(tenantId, randomUserId(), key, changes));
  const { enrollmentId, userId, deviceId } = opened.body;
  expect((await post(`/enrollments/${enrollmentId}/commit`, { tenantId })).status).toBe(200);
  return { tenantId, userId: userId as string, deviceId: deviceId as string };
};
type Device = Awaited<ReturnType<typeof enroll>>;

const attempt = async (device: Device, outcome: string, operationInfo?: object) => {
  const attemptId = randomUUID();
  expect((await post('/attempts', { ...device, attemptId })).status).toBe(201);
  return post(`/attempts/${attemptId}/finish`, { outcome, ...(operationInfo ? { operationInfo } : {}) });
};
const pending = (userId: string, operation: object, tenant = tenantId) =>
  post(`/users/${userId}/operations`, { tenantId: tenant, apiKeyId, ...operation });
const operation = (operationId: string, tenant = tenantId) =>
  post('/operations/read', { tenantId: tenant, operationId });
const history = (of: object, more: object = {}) =>
  post('/authentications/list', { tenantId, of, page: 0, size: 20, ...more });

describe('the endpoints of the server API', () => {
  it.each(Object.values(nodePersistenceServerApiEndpoints))(
    '$method $path let nobody in without the service key',
    async ({ method, path }) => {
      expect(service.app.hasRoute({ method, url: path })).toBe(true);
      const answer = await service.app.inject({ method, url: path });
      expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'SERVICE_KEY_INVALID']);
    },
  );
});

describe('external users', () => {
  const path = (userId: string) => `/users/${userId}/external-user`;
  const users = async (externalUserId: string, tenant = tenantId) =>
    (await post('/external-users/read', { tenantId: tenant, externalUserId })).body.users;

  it('are given once, to one user of the tenant', async () => {
    const [first, second] = [await enroll(), await enroll()];
    const externalUserId = `Anna-${randomUUID()}`;
    const made = await post(path(first.userId), { act, tenantId, externalUserId });
    const now = clock.now();
    expect([made.status, made.body]).toEqual([
      201,
      { userId: first.userId, externalUserId, createdAtMs: now, updatedAtMs: now },
    ]);
    const refusedOf = async (userId: string, id: string, tenant = tenantId) =>
      (await post(path(userId), { act, tenantId: tenant, externalUserId: id })).body.error.code;
    expect(await refusedOf(first.userId, randomUUID())).toBe('CONFLICT');
    expect(await refusedOf(second.userId, externalUserId.toUpperCase())).toBe('CONFLICT');
    expect(await refusedOf(randomUserId(), randomUUID())).toBe('USER_NOT_FOUND');
    expect(await refusedOf(second.userId, randomUUID(), otherTenantId)).toBe('USER_NOT_FOUND');
  });

  it('can be changed, and changing to the same changes nothing', async () => {
    const [user, rival] = [await enroll(), await enroll({ externalUserId: `Rival-${randomUUID()}` })];
    const externalUserId = randomUUID();
    const createdAtMs = clock.now();
    const first = await patch(path(user.userId), { act, tenantId, externalUserId });
    expect(first).toMatchObject({ status: 200, body: { createdAtMs, updatedAtMs: createdAtMs } });
    await clock.advance(1000);
    expect((await patch(path(user.userId), { act, tenantId, externalUserId })).body).toEqual(first.body);
    const changed = await patch(path(user.userId), { act, tenantId, externalUserId: `${externalUserId}-2` });
    expect(changed.body).toMatchObject({ createdAtMs, updatedAtMs: createdAtMs + 1000 });
    const [rivalLink] = (await get(`/users?tenantId=${tenantId}&limit=200`)).body.users.filter(
      (listed: { userId: string }) => listed.userId === rival.userId,
    );
    const taken = await patch(path(user.userId), { act, tenantId, externalUserId: rivalLink.externalUserId });
    expect(taken).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  });

  it('are found without case and removed with case', async () => {
    const externalUserId = `Bea-${randomUUID()}`;
    const key = randomBytes(91);
    const { userId } = await enroll({ externalUserId }, key);
    expect(await users(externalUserId.toUpperCase())).toEqual([
      {
        userId,
        externalUserId,
        createdAtMs: clock.now(),
        updatedAtMs: clock.now(),
        biometricPublicSigningKey: key.toString('base64'),
      },
    ]);
    expect(await users(externalUserId, otherTenantId)).toEqual([]);
    const remove = (id: string, tenant = tenantId) =>
      post('/external-users/remove', { act, tenantId: tenant, externalUserId: id });
    expect((await remove(externalUserId.toUpperCase())).status).toBe(204);
    expect((await remove(externalUserId, otherTenantId)).status).toBe(204);
    expect(await users(externalUserId)).toHaveLength(1);
    expect((await remove(externalUserId)).status).toBe(204);
    expect(await users(externalUserId)).toEqual([]);
    expect((await remove(externalUserId)).status).toBe(204);
  });

  it('go to one of two users who ask at the same time', async () => {
    const rivals = await Promise.all([enroll(), enroll(), enroll(), enroll()]);
    const externalUserId = randomUUID();
    const answers = await Promise.all(
      rivals.map(({ userId }) => post(path(userId), { act, tenantId, externalUserId })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('are audited when they change, in the name of who changed them and without a word of them', async () => {
    const [user, rival] = [await enroll(), await enroll()];
    const externalUserId = `Carla-${randomUUID()}`;
    const trail = async () =>
      (await get(`/administration/audit?tenantId=${tenantId}&limit=200`)).body.entries.filter(
        ({ target }: { target: string }) => target === user.userId || target === rival.userId,
      );
    const body = { act, tenantId, externalUserId };
    await post(path(user.userId), body);
    // Nothing changes: the same again, one that is taken, a user nobody knows, a spelling nobody has.
    await patch(path(user.userId), body);
    await post(path(user.userId), body);
    await patch(path(rival.userId), body);
    await patch(path(randomUserId()), body);
    await post('/external-users/remove', { ...body, externalUserId: externalUserId.toUpperCase() });
    const changed = { ...body, externalUserId: `${externalUserId}-2` };
    await patch(path(user.userId), changed);
    await post('/external-users/remove', changed);
    await post('/external-users/remove', changed);
    const entries = await trail();
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'external-user.delete',
      'external-user.update',
      'external-user.create',
    ]);
    for (const entry of entries) expect(entry).toMatchObject({ ...act, target: user.userId });
    expect(JSON.stringify(entries)).not.toMatch(/carla/i);
  });
});

describe('operations', () => {
  it('wait for a match of their user and keep what they were created with', async () => {
    const device = await enroll();
    const operationId = randomUUID();
    const createdAtMs = clock.now();
    expect(
      (await pending(device.userId, { operationId, payload: 'pay 5', externalUserId: 'x' })).status,
    ).toBe(204);
    const waiting = {
      userId: device.userId,
      operationId,
      payload: 'pay 5',
      externalUserId: 'x',
      apiKeyId,
      createdAtMs,
    };
    expect((await operation(operationId)).body).toMatchObject({ ...waiting, state: 'pending' });
    expect((await operation(operationId)).body).not.toHaveProperty('approvedAtMs');
    await clock.advance(500);
    expect((await attempt(device, 'no-match', { operationId })).status).toBe(200);
    expect((await operation(operationId)).body.state).toBe('pending');
    expect((await attempt(device, 'match', { operationId })).status).toBe(200);
    expect((await operation(operationId)).body).toMatchObject({
      ...waiting,
      state: 'approved',
      approvedAtMs: createdAtMs + 500,
    });
    const again = await attempt(device, 'match', { operationId });
    expect([again.status, again.body.error.code]).toEqual([409, 'OPERATION_ALREADY_EXISTS']);
  });

  it('are not approved by another user, nor with another payload', async () => {
    const [mine, theirs] = [await enroll(), await enroll()];
    const operationId = randomUUID();
    await pending(mine.userId, { operationId, payload: 'pay 5' });
    const refused = async (device: Device, payload?: string) =>
      (await attempt(device, 'match', { operationId, ...(payload ? { payload } : {}) })).body.error?.code;
    expect(await refused(theirs)).toBe('OPERATION_ALREADY_EXISTS');
    expect(await refused(mine, 'pay 500')).toBe('OPERATION_ALREADY_EXISTS');
    expect((await operation(operationId)).body.state).toBe('pending');
    expect(await refused(mine, 'pay 5')).toBeUndefined();
    expect((await operation(operationId)).body.state).toBe('approved');
  });

  it('are unique in their tenant and unknown to another', async () => {
    const { userId } = await enroll();
    const operationId = randomUUID();
    expect((await pending(userId, { operationId })).status).toBe(204);
    expect((await pending(userId, { operationId })).body.error.code).toBe('OPERATION_ALREADY_EXISTS');
    expect((await pending(randomUserId(), { operationId: randomUUID() })).body.error.code).toBe(
      'USER_NOT_FOUND',
    );
    expect((await pending(userId, { operationId: randomUUID() }, otherTenantId)).body.error.code).toBe(
      'USER_NOT_FOUND',
    );
    expect((await operation(operationId, otherTenantId)).body.error.code).toBe('NOT_FOUND');
    expect((await operation(randomUUID())).body.error.code).toBe('NOT_FOUND');
  });

  it('are approved once by parallel matches', async () => {
    const device = await enroll();
    const operationId = randomUUID();
    await pending(device.userId, { operationId });
    const answers = await Promise.all([1, 2, 3].map(() => attempt(device, 'match', { operationId })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('are listed while pending, oldest first, a page at a time', async () => {
    const { userId } = await enroll();
    const ids = ['b', 'a', 'c'].map((name) => `${name}-${randomUUID()}`);
    for (const operationId of ids) await pending(userId, { operationId });
    const page = async (number: number, size: number) =>
      (await get(`/users/${userId}/operations/pending?tenantId=${tenantId}&page=${number}&size=${size}`)).body
        .operations;
    const idsOf = (rows: { operationId: string }[]) => rows.map(({ operationId }) => operationId);
    expect(idsOf(await page(0, 100))).toEqual(ids);
    expect(idsOf(await page(1, 2))).toEqual(ids.slice(2));
    expect(await page(5, 2)).toEqual([]);
    const url = (user: string, tenant: number) =>
      `/users/${user}/operations/pending?tenantId=${tenant}&page=0&size=1`;
    expect((await get(url(randomUserId(), tenantId))).body.error.code).toBe('USER_NOT_FOUND');
    expect((await get(url(userId, otherTenantId))).body.error.code).toBe('USER_NOT_FOUND');
    expect((await get(url(userId, tenantId).replace('size=1', 'size=101'))).body.error.code).toBe(
      'BAD_REQUEST',
    );
  });
});

describe('recent authentications', () => {
  it('reach back as far as the tenant lets them, newest first, in pages', async () => {
    const externalUserId = `Cleo-${randomUUID()}`;
    const device = await enroll({ externalUserId });
    const operationId = randomUUID();
    await attempt(device, 'no-match');
    await clock.advance(10_000);
    await attempt(device, 'match', { operationId });
    const { body } = await history({ userId: device.userId });
    expect(body.total).toBe(2);
    expect(body.authentications).toEqual([
      {
        userId: device.userId,
        externalUserId,
        deviceId: device.deviceId,
        createdAtMs: clock.now(),
        outcome: 'match',
        operationId,
      },
      expect.objectContaining({ outcome: 'no-match', createdAtMs: clock.now() - 10_000 }),
    ]);
    expect((await history({ externalUserId: externalUserId.toUpperCase() })).body).toEqual(body);
    expect((await history({ userId: device.userId }, { operationId })).body.total).toBe(1);
    const second = (await history({ userId: device.userId }, { page: 1, size: 1 })).body;
    expect(second).toMatchObject({ total: 2, authentications: [{ outcome: 'no-match' }] });
    await clock.advance(590_000);
    expect((await history({ userId: device.userId })).body.total).toBe(1);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      'UPDATE node_persistence.tenants SET authentication_visibility_seconds = 601 WHERE tenant_id = $1',
      [tenantId],
    );
    await client.end();
    expect((await history({ userId: device.userId })).body.total).toBe(2);
  });

  it('are refused for an unknown user and empty for an unknown external user', async () => {
    const { userId } = await enroll();
    expect((await history({ userId: randomUserId() })).body.error.code).toBe('USER_NOT_FOUND');
    expect((await history({ userId }, { tenantId: otherTenantId })).body.error.code).toBe('USER_NOT_FOUND');
    expect((await history({ externalUserId: randomUUID() })).body).toEqual({ total: 0, authentications: [] });
  });
});

describe('deleting a device', () => {
  it('leaves the user, ends its attempts and has its circuits purged', async () => {
    const device = await enroll();
    const attemptId = randomUUID();
    await post('/attempts', { ...device, attemptId });
    const url = (tenant: number, deviceId = device.deviceId) =>
      `/internal/v1/users/${device.userId}/devices/${deviceId}?tenantId=${tenant}`;
    const remove = async (...of: Parameters<typeof url>) => call(service, 'DELETE', url(...of));
    expect((await remove(otherTenantId)).body.error.code).toBe('USER_NOT_FOUND');
    expect((await remove(tenantId, 'F'.repeat(32))).body.error.code).toBe('DEVICE_NOT_FOUND');
    expect((await remove(tenantId)).status).toBe(204);
    expect((await remove(tenantId)).body.error.code).toBe('DEVICE_NOT_FOUND');
    expect((await get(`/users/${device.userId}/devices?tenantId=${tenantId}`)).body).toEqual({ devices: [] });
    expect((await post(`/attempts/${attemptId}/finish`, { outcome: 'match' })).body.error.code).toBe(
      'NOT_FOUND',
    );
    expect((await get('/circuit-purges?limit=200')).body.purges).toContainEqual({
      userId: device.userId,
      deviceId: device.deviceId,
    });
  });

  it('takes the wrapped client state along when it was the web device', async () => {
    const device = await enroll({ deviceOrigin: 'WEB' });
    const state = `/internal/v1/users/${device.userId}/client-state`;
    await call(service, 'PUT', state, { tenantId, expectedVersion: 0, wrapped: 'AAAA' });
    await call(
      service,
      'DELETE',
      `/internal/v1/users/${device.userId}/devices/${device.deviceId}?tenantId=${tenantId}`,
    );
    expect((await call(service, 'GET', `${state}?tenantId=${tenantId}`)).body.error.code).toBe(
      'USER_NOT_FOUND',
    );
  });
});

describe('an uncommitted user', () => {
  const open = (userId: string, key: Buffer, changes: object) =>
    post('/enrollments', enrollmentRequest(tenantId, userId, key, changes));
  const read = (userId: string, tenant = tenantId) => get(`/uncommitted-users/${userId}?tenantId=${tenant}`);

  it('is found once all its circuits are stored, by its tenant alone, until it expires', async () => {
    const [userId, key] = [randomUserId(), randomBytes(91)];
    const opened = await open(userId, key, {});
    expect((await read(userId)).body.error.code).toBe('ENROLLMENT_NOT_FOUND');
    const ready = await open(userId, key, { awaitsCommit: true });
    expect(ready.body.enrollmentId).toBe(opened.body.enrollmentId);
    expect((await read(userId)).body).toEqual(ready.body);
    expect((await read(userId, otherTenantId)).body.error.code).toBe('ENROLLMENT_NOT_FOUND');
    await clock.advance(600_000);
    expect((await read(userId)).body.error.code).toBe('ENROLLMENT_NOT_FOUND');
  });

  it('stays readable after its commit, which ends its time', async () => {
    const [userId, key] = [randomUserId(), randomBytes(91)];
    const { enrollmentId } = (await open(userId, key, { awaitsCommit: true })).body;
    await clock.advance(1000);
    expect((await post(`/enrollments/${enrollmentId}/commit`, { tenantId })).status).toBe(200);
    expect((await read(userId)).body).toMatchObject({ state: 'committed', expiresAtMs: clock.now() });
    expect((await post(`/enrollments/${enrollmentId}/commit`, { tenantId })).status).toBe(200);
    expect((await open(userId, key, { awaitsCommit: true })).body.error.code).toBe('ALREADY_ENROLLED');
  });
});
