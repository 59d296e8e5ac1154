import { createHash, randomUUID } from 'node:crypto';
import { createBiometricPool } from '@openrecognize/biometrics';
import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { protocolDefaults } from '@openrecognize/contracts';
import { atDistance } from '@openrecognize/synthetic-users';
import { type ClientState, decodeClientState, prepareEnrollment } from '@openrecognize/zkb/client';
import { encodeCircuitBatch, encodeServerState, serverStateSigningInput } from '@openrecognize/zkb/messages';
import { type DeviceKey, generateDeviceKey, importDeviceKey, nodeRandom } from '@openrecognize/zkb/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendServices,
  hasFaceModels,
  holdClientState,
  outcomeOf,
  photoOf,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const hasModels = hasFaceModels();
if (!hasModels) console.warn('skipped: the agent in the offline enrollment (face models are missing)');

let stack: TestStack;
let http: HttpClient;
beforeAll(async () => {
  stack = await startTestStack({
    services: [...backendServices, ...(hasModels ? ['enrollment-agent' as const] : [])],
  });
  http = createHttpClient({
    baseUrl: stack.tenant.coreDaemonUrl,
    defaultHeaders: { 'x-api-key': stack.tenant.mobileApiKey },
  });
});
afterAll(async () => {
  await http?.close();
  await stack?.dispose();
});

const call = async (method: string, path: string, body?: object) => {
  const answer = await fetch(`${stack.urlOf('operations-service')}/v2${path}`, {
    method,
    headers: {
      'x-api-key': stack.tenant.secretApiKey,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
};

/** A device with this client state; `authenticate` gives `ok`, or the code of the refusal. */
const deviceOf = (state: ClientState, key: DeviceKey) => {
  const holder = holdClientState(http, state, key);
  return {
    userId: state.userId,
    deviceId: state.deviceId,
    publicSigningKey: bytesToBase64(key.publicSigningKey),
    authenticate: (...of: Parameters<typeof holder.authenticate>) => outcomeOf(holder.authenticate(...of)),
  };
};

const tools = createNodeClientTools();

/** What the agent does in offline mode, with a random code instead of a face. */
const enrollOffline = () => {
  const key = generateDeviceKey();
  const code = nodeRandom(protocolDefaults.codeBits / 8);
  const { publicSigningKey } = key;
  const artifact = { family: 'synthetic', version: '1' };
  const { threshold } = protocolDefaults;
  const prepared = prepareEnrollment(tools, { code, artifact, threshold, publicSigningKey, circuitCount: 6 });
  const { codeBits, epoch } = prepared.state;
  const content = {
    publicSigningKey,
    deviceType: 'BACKUP' as const,
    deviceOrigin: 'KEYLESS_AGENT' as const,
    artifact,
    codeBits,
    threshold,
    epoch,
    createdAtMs: Date.now(),
    sealedTemplate: prepared.sealedTemplate,
    batches: [encodeCircuitBatch({ circuits: prepared.circuits })],
  };
  const signature = key.sign(serverStateSigningInput(tools.suite, content));
  return {
    ...deviceOf(prepared.state, key),
    code,
    serverState: Buffer.from(encodeServerState({ ...content, signature })).toString('base64'),
  };
};

const enrolled = async (externalUserId?: string) => {
  const device = enrollOffline();
  const named = externalUserId === undefined ? {} : { externalUserId };
  const registered = await call('POST', '/uncommitted-users', { serverState: device.serverState, ...named });
  expect(registered).toMatchObject({ status: 201, body: { userId: device.userId } });
  expect(await call('POST', `/uncommitted-users/${device.userId}/commit`)).toEqual({
    status: 200,
    body: { success: true },
  });
  return device;
};

describe('a user of an offline enrollment', () => {
  it('authenticates after the commit, not before, and its circuits are replaced', async () => {
    const device = enrollOffline();
    const body = { serverState: device.serverState };
    expect((await call('POST', '/uncommitted-users', body)).status).toBe(201);
    expect((await call('POST', '/uncommitted-users', body)).status).toBe(201);
    expect(await device.authenticate(device.code)).toBe('USER_NOT_FOUND');
    expect((await call('GET', `/users/${device.userId}/devices`)).status).toBe(404);
    const commit = () => call('POST', `/uncommitted-users/${device.userId}/commit`);
    expect(await Promise.all([commit(), commit(), commit()])).toEqual(
      Array.from({ length: 3 }, () => ({ status: 200, body: { success: true } })),
    );
    for (let i = 0; i < 8; i++) expect(await device.authenticate(atDistance(device.code, 300))).toBe('ok');
    const { body: devices } = await call('GET', `/users/${device.userId}/devices`);
    expect(devices).toMatchObject([
      { publicSigningKey: device.publicSigningKey, deviceType: 'BACKUP', deviceOrigin: 'KEYLESS_AGENT' },
    ]);
    const again = await call('POST', '/uncommitted-users', body);
    expect([again.status, again.body.error.code]).toEqual([409, 'ALREADY_ENROLLED']);
  });

  it('is refused with a state that was changed, and leaves nothing behind', async () => {
    const device = enrollOffline();
    const bytes = base64ToBytes(device.serverState);
    for (const at of [12, 60, bytes.length - 1]) {
      const changed = bytes.slice();
      changed[at]! ^= 1;
      const refused = await call('POST', '/uncommitted-users', { serverState: bytesToBase64(changed) });
      expect([refused.status, refused.body.error.code]).toEqual([400, 'PROTOCOL_INVALID_MESSAGE']);
    }
    const commit = await call('POST', `/uncommitted-users/${device.userId}/commit`);
    expect([commit.status, commit.body.error.code]).toEqual([404, 'ENROLLMENT_NOT_FOUND']);
  });
});

describe('operations', () => {
  it('are approved by an authentication of their user, which the history shows', async () => {
    const externalUserId = `Anna/${randomUUID()}`;
    const [device, other] = [await enrolled(externalUserId), await enrolled()];
    const operationId = `pay ${randomUUID()}`;
    const operation = { operationId, operationPayload: '{"amount":"12.00"}', externalUserId };
    const url = `/users/${device.userId}/operations`;
    expect(await call('POST', url, operation)).toEqual({ status: 200, body: { success: true } });
    expect((await call('POST', url, operation)).status).toBe(409);
    expect((await call('GET', `${url}/pending`)).body).toEqual([operation]);
    const read = async () => (await call('GET', `/operations/${encodeURIComponent(operationId)}`)).body;
    expect(await read()).toMatchObject({ ...operation, userId: device.userId, state: 'pending' });

    const stranger = atDistance(device.code, 1100);
    expect(await device.authenticate(stranger, { operationId })).toBe('FAILED_TO_AUTHENTICATE_USER');
    expect(await other.authenticate(other.code, { operationId })).toBe('OPERATION_ALREADY_EXISTS');
    const wrongPayload = { operationId, operationPayload: '{"amount":"1200.00"}' };
    expect(await device.authenticate(device.code, wrongPayload)).toBe('OPERATION_ALREADY_EXISTS');
    expect((await read()).state).toBe('pending');

    const agreed = { operationId, operationPayload: operation.operationPayload };
    expect(await device.authenticate(device.code, agreed)).toBe('ok');
    expect(await read()).toMatchObject({
      ...operation,
      state: 'approved',
      result: 'APPROVED',
      authType: 'biom',
    });
    expect(JSON.stringify(await read())).not.toContain(stack.tenant.secretApiKey);
    expect((await call('GET', `${url}/pending`)).body).toEqual([]);
    expect(await device.authenticate(device.code, agreed)).toBe('OPERATION_ALREADY_EXISTS');

    const filter = new URLSearchParams({ operationId, size: '2' });
    const path = `/external-users/${encodeURIComponent(externalUserId.toUpperCase())}/authentications?${filter}`;
    const { body: history } = await call('GET', path);
    // The failed attempt names it as well.
    expect(history.page).toEqual({ number: 0, size: 2, totalElements: 4, totalPages: 2 });
    expect(history.content).toMatchObject([{ userId: device.userId, externalUserId }]);
    const all = (await call('GET', `/users/${device.userId}/authentications`)).body.content[0]
      .authentications;
    expect(all.map((row: { result: string; errorCode: number }) => [row.result, row.errorCode])).toEqual([
      ['DENIED', 652],
      ['APPROVED', 0],
      ['DENIED', 652],
      ['DENIED', 512],
    ]);
    expect(all[3]).toMatchObject({ operationId, errorCode: 512 });
    expect(all[1]).toMatchObject({ operationId, deviceId: device.deviceId, authType: 'biom' });
  });
});

describe('external users', () => {
  it('are given, changed, found and taken away', async () => {
    const { userId, publicSigningKey } = await enrolled();
    const url = `/users/${userId}/external-user`;
    const externalUserId = `Zoë ${randomUUID()}`;
    const made = await call('POST', url, { externalUserId });
    expect(made).toMatchObject({ status: 201, body: { userId, externalUserId } });
    expect((await call('POST', url, { externalUserId })).status).toBe(409);
    expect(await call('PATCH', url, { externalUserId })).toEqual({ status: 200, body: made.body });
    const path = (id: string) => `/external-users/${encodeURIComponent(id)}`;
    expect((await call('GET', `${path(externalUserId.toUpperCase())}/users`)).body).toMatchObject([
      { userId, biometricPublicSigningKey: publicSigningKey },
    ]);
    expect((await call('DELETE', path(externalUserId.toUpperCase()))).status).toBe(204);
    expect((await call('GET', `${path(externalUserId)}/users`)).body).toHaveLength(1);
    expect((await call('DELETE', path(externalUserId))).status).toBe(204);
    expect((await call('DELETE', path(externalUserId))).status).toBe(204);
    expect((await call('GET', `${path(externalUserId)}/users`)).body).toEqual([]);
  });
});

describe('the audit trail', () => {
  it('tells who changed and deleted what, by the id of the key, and intact', async () => {
    const device = await enrolled();
    const { userId } = device;
    const externalUserId = `Ida ${randomUUID()}`;
    const url = `/users/${userId}/external-user`;
    await call('POST', url, { externalUserId });
    await call('PATCH', url, { externalUserId: `${externalUserId} 2` });
    await call('DELETE', `/external-users/${encodeURIComponent(`${externalUserId} 2`)}`);
    await call('DELETE', `/users/${userId}/devices/${encodeURIComponent(device.publicSigningKey)}`);
    await call('DELETE', `/users/${userId}`);
    const { entries } = (await call('GET', '/admin/audit?limit=50')).body;
    const about = entries.filter(
      ({ target, before }: { target: string; before?: { userId?: string } }) =>
        target === userId || before?.userId === userId,
    );
    expect(about.map(({ action }: { action: string }) => action)).toEqual([
      'user.delete',
      'device.delete',
      'external-user.delete',
      'external-user.update',
      'external-user.create',
    ]);
    const id = createHash('sha256').update(stack.tenant.secretApiKey).digest('hex').slice(0, 16);
    for (const { actor } of about) expect(actor).toEqual({ kind: 'api-key', id });
    const text = JSON.stringify(about);
    expect(text).not.toContain(stack.tenant.secretApiKey);
    expect(text).not.toContain('Ida');
    expect((await call('GET', '/admin/audit/verification')).body.intact).toBe(true);
  });
});

describe('deleting a device', () => {
  it('ends its authentications and leaves the user', async () => {
    const device = await enrolled();
    expect(await device.authenticate(device.code)).toBe('ok');
    const path = `/users/${device.userId}/devices/${encodeURIComponent(device.publicSigningKey)}`;
    expect(await call('DELETE', path)).toEqual({ status: 200, body: { success: true } });
    expect((await call('DELETE', path)).body.error.code).toBe('DEVICE_NOT_FOUND');
    expect(await device.authenticate(device.code)).toBe('DEVICE_NOT_FOUND');
    expect(await call('GET', `/users/${device.userId}/devices`)).toEqual({ status: 200, body: [] });
    expect((await call('DELETE', `/users/${device.userId}`)).status).toBe(200);
    expect((await call('DELETE', path)).body.error.code).toBe('USER_NOT_FOUND');
  });
});

describe.skipIf(!hasModels)('the agent in offline mode', () => {
  it('enrolls from a photo: its client state authenticates with another picture once the backend committed', async () => {
    const enrollment = await fetch(`${stack.urlOf('enrollment-agent')}/v1/offline-enrollment`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE' },
      body: new Uint8Array(await photoOf('smiling')),
    });
    expect(enrollment.status).toBe(200);
    const { keylessId, clientState, serverState } = (await enrollment.json()) as Record<string, string>;
    const { state, privateKey } = decodeClientState(
      base64ToBytes(JSON.parse(clientState!)['core-client-state']),
    );
    const device = deviceOf(state, importDeviceKey(privateKey));
    const pool = await createBiometricPool({ workers: 1 });
    try {
      const { code } = await pool.analyze(new Uint8Array(await photoOf('laughing')), { scenario: 'SELFIE' });
      expect(await call('POST', '/uncommitted-users', { serverState })).toMatchObject({
        status: 201,
        body: { userId: keylessId },
      });
      expect(await device.authenticate(code!.bits)).toBe('USER_NOT_FOUND');
      expect((await call('POST', `/uncommitted-users/${keylessId}/commit`)).status).toBe(200);
      expect(await device.authenticate(code!.bits)).toBe('ok');
      expect(await device.authenticate(nodeRandom(code!.bits.length))).toBe('FAILED_TO_AUTHENTICATE_USER');
    } finally {
      await pool.close();
    }
  });
});
