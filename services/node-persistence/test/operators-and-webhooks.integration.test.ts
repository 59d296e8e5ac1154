import { randomBytes, randomUUID } from 'node:crypto';
import type { Service } from '@openrecognize/service-kit';
import { createFakeClock } from '@openrecognize/testing';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomUserId } from './fixtures.ts';
import { call, enrollmentRequest, startTestService } from './service-fixture.ts';

const database = useTestDatabase();
const clock = createFakeClock();
const root = '/internal/v1/administration';
const act = { actor: { kind: 'api-key', id: 'ab'.repeat(8) }, requestId: 'request-1' };
let service: Service;
let sql: pg.Client;
let tenantId: number;
let customer: string;

beforeAll(async () => {
  service = await startTestService(database.url, clock.now);
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
});
beforeEach(async () => {
  await sql.query('DELETE FROM node_persistence.webhooks');
  customer = `tenant-${randomUUID()}`;
  tenantId = (await call(service, 'PUT', `/internal/v1/tenants/${customer}`, {})).body.tenantId;
});
afterAll(async () => {
  await sql?.end();
  await service?.close(0);
});

type Method = Parameters<typeof call>[1];
const ask = (method: Method, path: string, body?: object) =>
  call(service, method, `${root}/tenants/${tenantId}${path}`, body);

const enroll = async (changes: object = {}) => {
  const opened = await call(
    service,
    'POST',
    '/internal/v1/enrollments',
    enrollmentRequest(tenantId, randomUserId(), randomBytes(91), changes),
  );
  const { enrollmentId, userId, deviceId } = opened.body;
  await call(service, 'POST', `/internal/v1/enrollments/${enrollmentId}/commit`, { tenantId });
  return { tenantId, userId: userId as string, deviceId: deviceId as string };
};

const attempt = async (device: object, outcome: string) => {
  const attemptId = randomUUID();
  const started = await call(service, 'POST', '/internal/v1/attempts', { ...device, attemptId });
  if (started.status === 201) {
    await call(service, 'POST', `/internal/v1/attempts/${attemptId}/finish`, { outcome });
  }
  return started;
};
const lockOut = async (device: object) => {
  for (let failures = 0; failures < 5; failures++) await attempt(device, 'no-match');
};

describe('operators', () => {
  const password = 'a long enough password';
  const add = (more: object = {}) =>
    call(service, 'POST', `${root}/operators`, {
      act,
      name: `op-${randomUUID()}`,
      password,
      role: 'admin',
      ...more,
    });
  const signIn = (name: string, offered: string, address = randomUUID()) => {
    const token = randomBytes(32).toString('base64');
    const body = { name, password: offered, address, tokenSha256: token, requestId: 'r', ttlSeconds: 3600 };
    return call(service, 'POST', `${root}/operator-sessions`, body).then((answer) => ({ ...answer, token }));
  };
  const resolve = (tokenSha256: string) =>
    call(service, 'POST', `${root}/operator-sessions/resolve`, { tokenSha256, idleTimeoutSeconds: 600 });

  it('begin with one, made only while there is none', async () => {
    const both = await Promise.all([add({ onlyIfNone: true }), add({ onlyIfNone: true })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const id = both.find(({ status }) => status === 201)!.body.operatorId;
    const demote = await call(service, 'PATCH', `${root}/operators/${id}`, {
      act,
      changes: { role: 'viewer' },
    });
    expect(demote.body.error.code).toBe('CONFLICT');
    expect(await sql.query('SELECT password_hash FROM node_persistence.operators')).toMatchObject({
      rows: [{ password_hash: expect.stringMatching(/^scrypt\$/) }],
    });
  });

  it('sign in, idle out, and lose their sessions with a change', async () => {
    const { name, operatorId } = (await add({ tenantId })).body;
    expect((await signIn(name, 'another password')).body.error.code).toBe('OPERATOR_CREDENTIALS_INVALID');
    expect((await signIn('nobody', password)).body.error.code).toBe('OPERATOR_CREDENTIALS_INVALID');
    const { token } = await signIn(name, password);
    const resolved = (await resolve(token)).body;
    expect(resolved.operator).toMatchObject({ name, customer });
    expect(resolved.tenants).toMatchObject([{ customer }]);
    await clock.advance(599_000);
    expect((await resolve(token)).status).toBe(200);
    await clock.advance(599_000);
    expect((await resolve(token)).status).toBe(200);
    await clock.advance(600_000);
    expect((await resolve(token)).body.error.code).toBe('OPERATOR_SESSION_INVALID');
    const second = await signIn(name, password);
    await call(service, 'PATCH', `${root}/operators/${operatorId}`, { act, changes: { disabled: true } });
    expect((await resolve(second.token)).body.error.code).toBe('OPERATOR_SESSION_INVALID');
    expect((await signIn(name, password)).body.error.code).toBe('OPERATOR_CREDENTIALS_INVALID');
  });

  it('are slowed down after ten wrong passwords, wherever these come from, also at once', async () => {
    const { name } = (await add({ tenantId })).body;
    const tries = await Promise.all(Array.from({ length: 14 }, () => signIn(name, 'another password')));
    const codes = tries.map(({ body }) => body.error.code);
    expect(codes.filter((code) => code === 'OPERATOR_CREDENTIALS_INVALID')).toHaveLength(10);
    expect(codes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(4);
    expect((await signIn(name, password)).status).toBe(429);
    await clock.advance(900_000);
    expect((await signIn(name, password)).status).toBe(201);
  });
});

describe('webhooks', () => {
  const subscribe = async (eventTypes: string[]) =>
    (await ask('POST', '/webhooks', { act, url: 'https://hook.example/path?secret', eventTypes })).body
      .webhookId;
  const claim = async () =>
    (await call(service, 'POST', `${root}/webhook-deliveries/claim`, { limit: 50, leaseSeconds: 30 })).body
      .deliveries;
  const finish = (deliveryId: number, more: object) =>
    call(service, 'POST', `${root}/webhook-deliveries/${deliveryId}/finish`, { durationMs: 5, ...more });

  it('tell what happened, in the transaction in which it did', async () => {
    await subscribe([
      'user.enrolled',
      'user.deleted',
      'user.locked-out',
      'user.unlocked',
      'authentication.failed',
      'authentication.succeeded',
      'device.deleted',
      'settings.changed',
    ]);
    const externalUserId = `personal-${randomUUID()}`;
    const { userId, deviceId } = await enroll({ externalUserId });
    await attempt({ tenantId, userId, deviceId }, 'match');
    await lockOut({ tenantId, userId, deviceId });
    await ask('POST', `/users/${userId}/unlock`, { act });
    await ask('PATCH', '/settings', { act, version: 1, changes: { lockoutFailures: 7 } });
    await call(service, 'DELETE', `/internal/v1/users/${userId}?tenantId=${tenantId}`);
    const deliveries = await claim();
    expect(deliveries.map(({ event }: { event: { type: string } }) => event.type)).toEqual([
      'user.enrolled',
      'authentication.succeeded',
      ...Array.from({ length: 4 }, () => 'authentication.failed'),
      'user.locked-out',
      'authentication.failed',
      'user.unlocked',
      'settings.changed',
      'device.deleted',
      'user.deleted',
    ]);
    expect(deliveries[0].event).toMatchObject({ customer, data: { userId } });
    expect(deliveries[2].event.data).toEqual({ userId, deviceId, reason: 'no-match' });
    expect(JSON.stringify(deliveries)).not.toContain(externalUserId);
    // A change that fails leaves no event.
    await sql.query('BEGIN');
    await sql.query('UPDATE node_persistence.tenants SET jwt_audience = $2 WHERE tenant_id = $1', [
      tenantId,
      'x',
    ]);
    await sql.query('ROLLBACK');
    expect(await claim()).toEqual([]);
  });

  it('are leased to one worker at a time, and to another when it is gone', async () => {
    await subscribe(['user.enrolled']);
    for (let users = 0; users < 12; users++) await enroll();
    const both = await Promise.all([claim(), claim()]);
    const ids = both.flat().map(({ deliveryId }: { deliveryId: number }) => deliveryId);
    expect([ids.length, new Set(ids).size]).toEqual([12, 12]);
    await finish(ids[0]!, { attempt: 1, outcome: 'delivered', httpStatus: 200 });
    await finish(ids[1]!, { attempt: 1, outcome: 'retry', retryAfterMs: 40_000, failure: 'timeout' });
    await clock.advance(30_000);
    expect(await claim()).toHaveLength(10);
    // The first lease is over: its answer comes too late to count.
    await finish(ids[2]!, { attempt: 1, outcome: 'dead', failure: 'status', httpStatus: 500 });
    const stale = (await ask('GET', `/webhook-deliveries/${ids[2]}`)).body;
    expect([stale.delivery.state, stale.attempts]).toEqual(['pending', []]);
    await clock.advance(10_000);
    expect(await claim()).toMatchObject([{ deliveryId: ids[1], attempt: 2 }]);
    const [webhook] = (await ask('GET', '/webhooks')).body.webhooks;
    expect(webhook.pendingDeliveries).toBe(11);
  });

  it('keep what could not be delivered, and send it again when asked, one or all', async () => {
    const webhookId = await subscribe(['user.enrolled']);
    await enroll();
    await enroll();
    for (const { deliveryId } of await claim()) {
      await finish(deliveryId, { attempt: 1, outcome: 'dead', failure: 'status', httpStatus: 500 });
    }
    const dead = (await ask('GET', `/webhook-deliveries?state=dead&webhookId=${webhookId}`)).body.deliveries;
    expect(dead).toHaveLength(2);
    const [{ deliveryId, eventId }] = dead;
    expect((await ask('POST', `/webhook-deliveries/${deliveryId}/replay`, { act })).body.state).toBe(
      'pending',
    );
    expect(await claim()).toMatchObject([{ deliveryId, attempt: 1, event: { eventId } }]);
    expect((await ask('POST', `/webhooks/${webhookId}/replay-dead`, { act })).body).toEqual({ replayed: 1 });
    const other = await call(service, 'PUT', `/internal/v1/tenants/${randomUUID()}`, {});
    const foreign = `${root}/tenants/${other.body.tenantId}/webhook-deliveries/${deliveryId}`;
    expect((await call(service, 'GET', foreign)).body.error.code).toBe('NOT_FOUND');
  });

  it('are at most twenty for a tenant; the trail tells their host, not their whole address', async () => {
    const first = await subscribe(['user.deleted']);
    for (let count = 1; count < 20; count++) await subscribe(['user.deleted']);
    const body = { act, url: 'https://hook.example/', eventTypes: ['user.deleted'] };
    expect((await ask('POST', '/webhooks', body)).body.error.code).toBe('CONFLICT');
    expect((await ask('POST', `/webhooks/${first}/advance-secret`, { act })).body).toEqual({
      secretVersion: 2,
    });
    const changed = await ask('PATCH', `/webhooks/${first}`, { act, changes: { enabled: false } });
    expect(changed.body.enabled).toBe(false);
    expect((await ask('POST', `/webhooks/${first}/remove`, { act })).status).toBe(204);
    expect((await ask('POST', `/webhooks/${first}/remove`, { act })).body.error.code).toBe('NOT_FOUND');
    const trail = (await call(service, 'GET', `${root}/audit?tenantId=${tenantId}&limit=50`)).body;
    expect(JSON.stringify(trail)).not.toContain('?secret');
    expect(trail.entries[0]).toMatchObject({ action: 'webhook.delete', before: { host: 'hook.example' } });
  });
});
