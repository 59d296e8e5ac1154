import { randomBytes, randomUUID } from 'node:crypto';
import {
  nodePersistenceAdministrationEndpoints,
  nodePersistenceWebhookEndpoints,
} from '@openrecognize/contracts';
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

describe('settings', () => {
  it('change by version, each change once, and are told to whoever reads the tenant', async () => {
    const read = (await ask('GET', '/settings')).body;
    expect(read).toMatchObject({ customer, version: 1, settings: { lockoutFailures: 5 } });
    const changes = { lockoutFailures: 3, jwtAudience: 'bank', authenticationHistoryDays: 90 };
    const change = () => ask('PATCH', '/settings', { act, version: 1, changes });
    const both = await Promise.all([change(), change()]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const tenant = (await call(service, 'GET', `/internal/v1/tenants/${customer}`)).body;
    expect(tenant.settings).toMatchObject(changes);
    const removed = await ask('PATCH', '/settings', { act, version: 2, changes: { jwtAudience: null } });
    expect(removed.body.version).toBe(3);
    expect(removed.body.settings).not.toHaveProperty('jwtAudience');
    const { entries } = (await call(service, 'GET', `${root}/audit?tenantId=${tenantId}&limit=10`)).body;
    expect(entries.map((entry: { action: string }) => entry.action)).toEqual([
      'settings.update',
      'settings.update',
    ]);
    expect(entries[0]).toMatchObject({
      before: { jwtAudience: 'bank' },
      after: { jwtAudience: null },
      actor: act.actor,
      requestId: 'request-1',
    });
  });

  it('are left alone when they contradict each other', async () => {
    const changes = { userAuthorizationType: 'RemoteJWKSet' };
    const refused = await ask('PATCH', '/settings', { act, version: 1, changes });
    expect(refused.body.error).toMatchObject({
      code: 'BAD_REQUEST',
      details: { path: '/changes/userAuthorizationJwksUri' },
    });
    expect((await ask('GET', '/settings')).body.version).toBe(1);
  });
});

describe('API keys', () => {
  it('are listed by id with the day of their last use, and refused once revoked', async () => {
    const hash = randomBytes(32);
    const keySha256 = hash.toString('base64');
    const added = (await ask('POST', '/api-keys', { act, kind: 'mobile', keySha256 })).body;
    expect(added.apiKeyId).toBe(hash.toString('hex').slice(0, 16));
    expect(added).not.toHaveProperty('lastUsedDay');
    const resolve = () => call(service, 'POST', '/internal/v1/api-keys/resolve', { keySha256 });
    expect((await resolve()).body.kind).toBe('mobile');
    const [listed] = (await ask('GET', '/api-keys')).body.apiKeys;
    expect(listed.lastUsedDay).toBe(new Date(clock.now()).toISOString().slice(0, 10));
    expect((await ask('POST', `/api-keys/${added.apiKeyId}/revoke`, { act })).status).toBe(204);
    expect((await ask('POST', `/api-keys/${added.apiKeyId}/revoke`, { act })).status).toBe(204);
    expect((await resolve()).body.error.code).toBe('API_KEY_INVALID');
    // Registering the same key again does not bring it back.
    await call(service, 'PUT', `/internal/v1/tenants/${customer}/api-keys/mobile`, { keySha256 });
    expect((await resolve()).body.error.code).toBe('API_KEY_INVALID');
  });

  it('leave a tenant at least one secret key, also when two are revoked at once', async () => {
    const add = async () => {
      const keySha256 = randomBytes(32).toString('base64');
      return (await ask('POST', '/api-keys', { act, kind: 'secret', keySha256 })).body.apiKeyId;
    };
    const ids = [await add(), await add()];
    const revoked = await Promise.all(ids.map((id) => ask('POST', `/api-keys/${id}/revoke`, { act })));
    expect(revoked.map(({ status }) => status).sort()).toEqual([204, 409]);
    const other = (await call(service, 'PUT', `/internal/v1/tenants/${randomUUID()}`, {})).body.tenantId;
    const foreign = `${root}/tenants/${other}/api-keys/${ids[0]}/revoke`;
    expect((await call(service, 'POST', foreign, { act })).body.error.code).toBe('NOT_FOUND');
  });
});

describe('users', () => {
  it('are found by the start of their id and by external user id, within their tenant alone', async () => {
    const externalUserId = `Who-${randomUUID()}`;
    const { userId } = await enroll({ externalUserId });
    await enroll();
    const search = async (query: string) =>
      (await ask('GET', `/users?limit=5&${query}`)).body.users.map((user: { userId: string }) => user.userId);
    expect(await search(`userIdPrefix=${userId.slice(0, 7).toLowerCase()}`)).toEqual([userId]);
    expect(await search(`externalUserId=${externalUserId.toUpperCase()}`)).toEqual([userId]);
    expect(await search('')).toHaveLength(2);
    const page = (await ask('GET', '/users?limit=1')).body;
    const rest = (await ask('GET', `/users?limit=1&after=${page.next}`)).body;
    expect(new Set([page.users[0].userId, rest.users[0].userId]).size).toBe(2);
    tenantId = (await call(service, 'PUT', `/internal/v1/tenants/${randomUUID()}`, {})).body.tenantId;
    expect(await search('')).toEqual([]);
    expect((await ask('GET', `/users/${userId}`)).body.error.code).toBe('USER_NOT_FOUND');
    expect((await ask('POST', `/users/${userId}/unlock`, { act })).body.error.code).toBe('USER_NOT_FOUND');
  });

  it('are unlocked at once, with an entry in the trail', async () => {
    const device = await enroll();
    await lockOut(device);
    expect((await attempt(device, 'match')).body.error.code).toBe('LOCKED_OUT');
    const { lockouts } = (await ask('GET', '/lockouts?limit=5')).body;
    expect(lockouts).toEqual([{ userId: device.userId, lockedUntilMs: clock.now() + 600_000 }]);
    const detail = (await ask('GET', `/users/${device.userId}`)).body;
    expect(detail.lockout).toEqual({
      failures: 0,
      remainingAttempts: 0,
      lockedUntilMs: clock.now() + 600_000,
    });
    expect(detail.devices).toHaveLength(1);
    expect(detail.devices[0]).not.toHaveProperty('publicSigningKey');
    const unlocked = await ask('POST', `/users/${device.userId}/unlock`, { act, reason: 'called in' });
    expect(unlocked.body).toEqual({ wasLockedOut: true });
    expect((await attempt(device, 'match')).status).toBe(201);
    expect((await ask('GET', '/lockouts?limit=5')).body.lockouts).toEqual([]);
    const { entries } = (await call(service, 'GET', `${root}/audit?tenantId=${tenantId}&limit=1`)).body;
    expect(entries[0]).toMatchObject({
      action: 'user.unlock',
      target: device.userId,
      after: { reason: 'called in' },
    });
  });

  it('are deleted, alone or device by device, each once and with an entry in the trail', async () => {
    const { userId, deviceId } = await enroll();
    const codeOf = async (path: string) => (await ask('POST', path, { act })).body?.error?.code;
    const device = `/users/${userId}/devices/${deviceId}/delete`;
    expect((await ask('POST', device, { act })).status).toBe(204);
    expect(await codeOf(device)).toBe('DEVICE_NOT_FOUND');
    expect((await ask('GET', `/users/${userId}`)).body.devices).toEqual([]);
    expect((await ask('POST', `/users/${userId}/delete`, { act })).status).toBe(204);
    expect(await codeOf(`/users/${userId}/delete`)).toBe('USER_NOT_FOUND');
    expect(await codeOf(device)).toBe('USER_NOT_FOUND');
    const { entries } = (await call(service, 'GET', `${root}/audit?tenantId=${tenantId}&limit=9`)).body;
    expect(entries).toMatchObject([
      { action: 'user.delete', target: userId, actor: act.actor },
      { action: 'device.delete', target: deviceId, before: { userId } },
    ]);
    const purges = await sql.query(
      'SELECT device_id FROM node_persistence.circuit_purges WHERE user_id = $1',
      [Buffer.from(userId, 'hex')],
    );
    expect(purges.rows.map(({ device_id: id }) => id.toString('hex').toUpperCase())).toEqual([deviceId]);
  });

  it('of another tenant are not deleted', async () => {
    const { userId, deviceId } = await enroll();
    const other = `tenant-${randomUUID()}`;
    const { tenantId: otherId } = (await call(service, 'PUT', `/internal/v1/tenants/${other}`, {})).body;
    for (const path of [`/users/${userId}/delete`, `/users/${userId}/devices/${deviceId}/delete`]) {
      const refused = await call(service, 'POST', `${root}/tenants/${otherId}${path}`, { act });
      expect(refused.body.error.code).toBe('USER_NOT_FOUND');
    }
    expect((await ask('GET', `/users/${userId}`)).body.devices).toHaveLength(1);
  });

  it('show their authentications with outcomes, page by page', async () => {
    const device = await enroll();
    await attempt(device, 'no-match');
    await attempt(device, 'match');
    const page = (await ask('GET', `/authentications?userId=${device.userId}&limit=1`)).body;
    expect(page.authentications).toMatchObject([{ outcome: 'match', deviceId: device.deviceId }]);
    const rest = (await ask('GET', `/authentications?limit=5&before=${page.next}`)).body;
    expect(rest.authentications).toMatchObject([{ outcome: 'no-match' }]);
    expect((await ask('GET', '/authentications?outcome=aborted&limit=5')).body.authentications).toEqual([]);
  });
});

describe('audit trail', () => {
  const change = async (count: number) => {
    for (let version = 1; version <= count; version++) {
      const changes = { lockoutFailures: 10 + version };
      expect((await ask('PATCH', '/settings', { act, version, changes })).status).toBe(200);
    }
  };
  const verify = async () =>
    (await call(service, 'GET', `${root}/audit/verification?tenantId=${tenantId}`)).body;
  // As someone with the database in hand would, past the triggers.
  const tamper = async (statement: string, ...values: unknown[]) => {
    await sql.query('ALTER TABLE node_persistence.audit_entries DISABLE TRIGGER USER');
    await sql.query(statement, values);
    await sql.query('ALTER TABLE node_persistence.audit_entries ENABLE TRIGGER USER');
  };

  it('is append-only', async () => {
    await change(1);
    await expect(sql.query('DELETE FROM node_persistence.audit_entries')).rejects.toThrow('append-only');
    await expect(sql.query('TRUNCATE node_persistence.audit_entries')).rejects.toThrow('append-only');
    await expect(sql.query("UPDATE node_persistence.audit_entries SET action = 'x'")).rejects.toThrow(
      'append-only',
    );
  });

  it.each([
    [
      'an altered entry',
      `UPDATE node_persistence.audit_entries SET after = '{}' WHERE chain_id = $1 AND sequence = 2`,
      2,
    ],
    ['a missing entry', 'DELETE FROM node_persistence.audit_entries WHERE chain_id = $1 AND sequence = 2', 2],
    ['a missing end', 'DELETE FROM node_persistence.audit_entries WHERE chain_id = $1 AND sequence = 3', 3],
  ])('shows %s', async (_name, statement, firstBrokenSequence) => {
    await change(3);
    expect(await verify()).toMatchObject({ intact: true, checkedEntries: 3, headSequence: 3 });
    await tamper(statement, tenantId);
    expect(await verify()).toMatchObject({ intact: false, firstBrokenSequence });
  });

  it('stays verifiable after the retention has taken its start', async () => {
    await change(2);
    await clock.advance(31 * 86_400_000);
    const changes = { auditDays: 30 };
    await ask('PATCH', '/settings', { act, version: 3, changes });
    const pruned = await sql.query('SELECT node_persistence.prune_audit($1, $2, 10) AS removed', [
      tenantId,
      clock.now() - 30 * 86_400_000,
    ]);
    expect(pruned.rows).toEqual([{ removed: 2 }]);
    expect(await verify()).toMatchObject({
      intact: true,
      checkedEntries: 1,
      prunedSequence: 2,
      headSequence: 3,
    });
  });

  it('keeps one order when changes come at the same time', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => enroll()));
    await Promise.all(users.map(({ userId }) => ask('POST', `/users/${userId}/unlock`, { act })));
    expect(await verify()).toMatchObject({ intact: true, checkedEntries: 8 });
  });
});

it.each(Object.values({ ...nodePersistenceAdministrationEndpoints, ...nodePersistenceWebhookEndpoints }))(
  'has $method $path and lets nobody in without the service key',
  async ({ method, path }) => {
    expect(service.app.hasRoute({ method, url: path })).toBe(true);
    const answer = await service.app.inject({ method, url: path });
    expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'SERVICE_KEY_INVALID']);
  },
);
