import { createHash } from 'node:crypto';
import { CORE_ERRORS, operationsServiceEndpoints, serverApiEndpoints } from '@openrecognize/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf, userA } from './fake-backend.ts';
import {
  createServerApiFixture,
  publicSigningKey,
  rows,
  type ServerApiFixture,
} from './server-api-fixture.ts';

let fixture: ServerApiFixture;
let service: ServerApiFixture['service'];
let fake: ServerApiFixture['fake'];
let call: ServerApiFixture['call'];
beforeEach(async () => {
  fixture = await createServerApiFixture();
  ({ service, fake, call } = fixture);
});
afterEach(() => service.close(0));

const stranger = 'B'.repeat(64);
const time = '2025-01-15T09:00:00.000';
const asOtherTenant = { 'x-api-key': keyOf.secretB };

describe('the documented rows', () => {
  it('are all mounted', () => {
    for (const { method, path } of Object.values({ ...operationsServiceEndpoints, ...serverApiEndpoints })) {
      expect(service.app.hasRoute({ method, url: path }), `${method} ${path}`).toBe(true);
    }
  });

  it('are 404 for a user nobody knows and for one of another tenant', async () => {
    for (const { method, path, body } of rows.filter((row) => row.path.includes(`/users/${userA}/`))) {
      const unknown = { status: 404, code: 'USER_NOT_FOUND' };
      if (path.startsWith('/uncommitted-users')) continue;
      expect(await call(method, path.replace(userA, stranger), body), path).toMatchObject(unknown);
      expect(await call(method, path, body, asOtherTenant), path).toMatchObject(unknown);
      expect((await call(method, path.replace(userA, 'abc'), body)).status, path).toBe(400);
    }
  });
});

describe('the audit trail', () => {
  it('hears of each change under the id of the key, and never the key', async () => {
    const changes = rows.filter(
      ({ method, path }) =>
        method !== 'GET' && /^.users.[0-9A-F]+(.devices.*|.external-user)?$|^.external-users/.test(path),
    );
    expect(changes).toHaveLength(5);
    // The user goes last.
    for (const { method, path, body } of [...changes].reverse()) await call(method, path, body);
    const { acts } = fake.serverApi;
    const id = createHash('sha256').update(keyOf.secretA).digest('hex').slice(0, 16);
    expect(acts.map(({ actor }) => actor)).toEqual(
      Array.from({ length: 5 }, () => ({ kind: 'api-key', id })),
    );
    expect(new Set(acts.map(({ requestId }) => requestId)).size).toBe(5);
    expect(JSON.stringify(acts)).not.toContain(keyOf.secretA);
  });
});

describe('DELETE /v2/users/{userId}/devices/{publicSigningKey}', () => {
  const url = `/users/${userA}/devices/${encodeURIComponent(publicSigningKey)}`;

  it('takes the URL-encoded key, once', async () => {
    const spki = Buffer.from(publicSigningKey, 'base64');
    const deviceId = createHash('sha256').update(spki).digest('hex').slice(0, 32).toUpperCase();
    fake.serverApi.devices.add(deviceId);
    expect(await call('DELETE', url)).toMatchObject({ status: 200, body: { success: true } });
    expect(await call('DELETE', url)).toMatchObject({ status: 404, code: 'DEVICE_NOT_FOUND' });
  });

  it('is 400 for what is no key', async () => {
    // Too short; 92 bytes; 91 bytes with bits left over at the end.
    for (const key of ['AAAA', `${'A'.repeat(123)}=`, `${'A'.repeat(121)}B==`]) {
      const refused = await call('DELETE', `/users/${userA}/devices/${encodeURIComponent(key)}`);
      expect(refused).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
  });
});

describe('external users', () => {
  const url = `/users/${userA}/external-user`;
  const answer = {
    sdkCustomerId: 42,
    userId: userA,
    externalUserId: 'Anna',
    createdAt: time,
    updatedAt: time,
  };

  it('are created with 201 and then refused with 409', async () => {
    expect(await call('POST', url, { externalUserId: 'Anna' })).toEqual({
      status: 201,
      body: answer,
      code: undefined,
    });
    expect(await call('POST', url, { externalUserId: 'Anna' })).toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
    expect(await call('POST', url, { externalUserId: 'Bea' })).toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
  });

  it('are changed as often as one likes', async () => {
    for (let i = 0; i < 2; i++) {
      expect(await call('PATCH', url, { externalUserId: 'Anna' })).toMatchObject({
        status: 200,
        body: answer,
      });
    }
    const changed = await call('PATCH', url, { externalUserId: 'Bea' });
    expect(changed.body).toEqual({ ...answer, externalUserId: 'Bea', updatedAt: '2025-01-15T09:00:00.001' });
  });

  it('are found without case, [] when there is none', async () => {
    await call('POST', url, { externalUserId: 'Anna' });
    expect(await call('GET', '/external-users/aNNA/users')).toMatchObject({
      status: 200,
      body: [
        { userId: userA, biometricPublicSigningKey: `${'A'.repeat(123)}=`, createdAt: time, updatedAt: time },
      ],
    });
    expect(await call('GET', '/external-users/nobody/users')).toMatchObject({ status: 200, body: [] });
  });

  it('are deleted with case, 204 also when there is none', async () => {
    await call('POST', url, { externalUserId: 'Anna/ä' });
    const remove = (id: string) => call('DELETE', `/external-users/${encodeURIComponent(id)}`);
    expect(await remove('anna/ä')).toEqual({ status: 204, body: undefined, code: undefined });
    expect(fake.serverApi.links.size).toBe(1);
    expect((await remove('Anna/ä')).status).toBe(204);
    expect(fake.serverApi.links.size).toBe(0);
    expect((await remove('Anna/ä')).status).toBe(204);
  });

  it('are 400 when empty or too long', async () => {
    for (const externalUserId of ['', 'x'.repeat(257), 5, null]) {
      expect((await call('POST', url, { externalUserId })).status).toBe(400);
      expect((await call('PATCH', url, { externalUserId })).status).toBe(400);
    }
  });
});

describe('authentications', () => {
  const url = `/users/${userA}/authentications`;
  const deviceId = 'D'.repeat(32);
  const createdAtMs = Date.UTC(2025, 0, 15, 9);
  const record = (outcome: 'match' | 'no-match' | 'aborted' | 'refused' | 'expired', operationId?: string) =>
    fake.serverApi.authentications.push({
      userId: userA,
      deviceId,
      createdAtMs,
      outcome,
      ...(operationId === undefined ? {} : { operationId }),
    });

  it('have the documented form', async () => {
    record('match', 'op');
    const entry = {
      createdAt: time,
      result: 'APPROVED',
      errorCode: 0,
      operationId: 'op',
      deviceId,
      authType: 'biom',
    };
    expect((await call('GET', url)).body).toEqual({
      page: { number: 0, size: 20, totalElements: 1, totalPages: 1 },
      content: [{ userId: userA, authentications: [entry] }],
    });
    await call('POST', `/users/${userA}/external-user`, { externalUserId: 'Anna' });
    expect((await call('GET', '/external-users/anna/authentications')).body.content).toEqual([
      { userId: userA, externalUserId: 'Anna', authentications: [entry] },
    ]);
  });

  it('name the reason by its catalogue number', async () => {
    for (const outcome of ['no-match', 'refused', 'aborted', 'expired'] as const) record(outcome);
    const [group] = (await call('GET', url)).body.content;
    const verdicts = group.authentications.map((row: { result: string; errorCode: number }) => [
      row.result,
      row.errorCode,
    ]);
    expect(verdicts).toEqual([
      ['DENIED', CORE_ERRORS.FAILED_TO_AUTHENTICATE_USER.number],
      ['DENIED', CORE_ERRORS.OPERATION_ALREADY_EXISTS.number],
      ['ABORTED', CORE_ERRORS.INTERNAL_ERROR.number],
      ['ABORTED', CORE_ERRORS.SERVICE_TIMEOUT.number],
    ]);
  });

  it('can be filtered by operation and read a page at a time', async () => {
    for (let i = 0; i < 5; i++) record('match', `op-${i}`);
    const filtered = await call('GET', `${url}?operationId=op-3`);
    expect(filtered.body.page.totalElements).toBe(1);
    const page = await call('GET', `${url}?page=1&size=2`);
    expect(page.body.page).toEqual({ number: 1, size: 2, totalElements: 5, totalPages: 3 });
    expect(page.body.content[0].authentications[0].operationId).toBe('op-2');
    expect((await call('GET', `${url}?page=9&size=2`)).body).toMatchObject({
      page: { totalPages: 3 },
      content: [],
    });
  });

  it('are 400 for a page of another size than 1 to 100, and empty for an unknown external user', async () => {
    for (const query of ['size=0', 'size=101', 'page=-1', 'page=x', `operationId=${'x'.repeat(129)}`]) {
      expect(await call('GET', `${url}?${query}`), query).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
    expect(await call('GET', '/external-users/nobody/authentications')).toMatchObject({
      status: 200,
      body: { page: { number: 0, size: 20, totalElements: 0, totalPages: 0 }, content: [] },
    });
  });
});

describe('operations', () => {
  const url = `/users/${userA}/operations`;
  const pending = { externalUserId: 'anna', operationId: 'op/1', operationPayload: '{"amount":"5"}' };
  const apiKey = createHash('sha256').update(keyOf.secretA).digest('hex').slice(0, 16);
  const read = (operationId: string) => call('GET', `/operations/${encodeURIComponent(operationId)}`);

  it('are created pending, once', async () => {
    expect(await call('POST', url, pending)).toMatchObject({ status: 200, body: { success: true } });
    const again = await call('POST', url, pending);
    expect(again).toMatchObject({ status: 409, code: 'OPERATION_ALREADY_EXISTS' });
    expect((await call('GET', `${url}/pending`)).body).toEqual([pending]);
  });

  it('name the key that created them without showing it', async () => {
    await call('POST', url, pending);
    const { body } = await read('op/1');
    const shown = { id: 1, nodeId: 'node-7', userId: userA, apiKey, ...pending };
    expect(body).toEqual({ ...shown, timestamp: time, state: 'pending' });
    expect(JSON.stringify(body)).not.toContain(keyOf.secretA);
    fake.serverApi.approve('op/1');
    expect((await read('op/1')).body).toEqual({
      ...shown,
      timestamp: '2025-01-15T09:00:01.000',
      state: 'approved',
      result: 'APPROVED',
      authType: 'biom',
    });
    expect((await call('GET', `${url}/pending`)).body).toEqual([]);
  });

  it('have no key when a device created them', async () => {
    const made = {
      tenantId: 1,
      operationNo: 4,
      userId: userA,
      operationId: 'device-op',
      state: 'approved' as const,
    };
    fake.serverApi.addApproved({ ...made, createdAtMs: 0, approvedAtMs: 0 });
    expect((await read('device-op')).body).not.toHaveProperty('apiKey');
  });

  it('are 404 when unknown or of another tenant, 400 when their id is too long', async () => {
    await call('POST', url, pending);
    expect(await read('unknown')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const foreign = await call('GET', '/operations/op%2F1', undefined, asOtherTenant);
    expect(foreign).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await read('x'.repeat(129))).status).toBe(400);
    expect((await call('POST', url, { operationId: '' })).status).toBe(400);
    expect((await call('POST', url, { operationId: 'a', operationPayload: 'x'.repeat(16_385) })).status).toBe(
      400,
    );
  });

  it('are listed 100 at most', async () => {
    for (let i = 0; i < 102; i++) await call('POST', url, { operationId: `op-${i}` });
    expect((await call('GET', `${url}/pending`)).body).toHaveLength(100);
    expect((await call('GET', `${url}/pending?page=1&size=100`)).body).toHaveLength(2);
    expect((await call('GET', `${url}/pending?size=101`)).status).toBe(400);
  });
});

describe('uncommitted users', () => {
  const register = (bytes: readonly number[], more: object = {}) =>
    call('POST', '/uncommitted-users', { serverState: Buffer.from(bytes).toString('base64'), ...more });

  it('are registered with the bytes of the server state and committed by their id, again and again', async () => {
    const { status, body } = await register([9, 8, 7], { externalUserId: 'anna' });
    const userId = 'C'.repeat(64);
    expect([status, body]).toEqual([201, { sdkCustomerId: 42, userId, expiresAt: time }]);
    expect([...fake.serverApi.received[0]!]).toEqual([9, 8, 7]);
    expect(fake.serverApi.uncommitted.get(userId)).toEqual({ tenantId: 1, externalUserId: 'anna' });
    for (let i = 0; i < 2; i++) {
      const committed = await call('POST', `/uncommitted-users/${userId}/commit`);
      expect(committed).toMatchObject({ status: 200, body: { success: true } });
    }
    const foreign = await call('POST', `/uncommitted-users/${userId}/commit`, undefined, asOtherTenant);
    expect(foreign).toMatchObject({ status: 404, code: 'ENROLLMENT_NOT_FOUND' });
  });

  it('are refused with the code of what is wrong with the state', async () => {
    const statusOf = async (first: number) => {
      const { status, code } = await register([first, 0, 0]);
      return [status, code];
    };
    expect(await statusOf(1)).toEqual([400, 'PROTOCOL_INVALID_MESSAGE']);
    // 401 is about the API key alone.
    expect(await statusOf(2)).toEqual([400, 'PROTOCOL_INVALID_MESSAGE']);
    expect(await statusOf(6)).toEqual([400, 'PROTOCOL_INVALID_MESSAGE']);
    expect(await statusOf(3)).toEqual([409, 'ALREADY_ENROLLED']);
    expect(await statusOf(4)).toEqual([409, 'ARTIFACT_MISMATCH']);
    expect(await statusOf(5)).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(await call('POST', '/uncommitted-users', { serverState: 'no base64!' })).toMatchObject({
      status: 400,
    });
    expect(await call('POST', '/uncommitted-users', { serverState: '' })).toMatchObject({ status: 400 });
  });

  it('are refused with an external user id that is no text', async () => {
    for (const externalUserId of ['a\ud800', 'a\0', '', 'x'.repeat(257)]) {
      expect(await register([9], { externalUserId })).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
    expect(fake.serverApi.received).toEqual([]);
  });

  it('may be large, and too large', async () => {
    const large = await call('POST', '/uncommitted-users', {
      serverState: Buffer.alloc(16 * 1024 * 1024).toString('base64'),
    });
    expect(large.status).toBe(201);
    const larger = await call('POST', '/uncommitted-users', { serverState: 'A'.repeat(23_000_000) });
    expect(larger).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
});
