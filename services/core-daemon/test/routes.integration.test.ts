import { createHash, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { coreDaemonEndpoints } from '@openrecognize/contracts';
import { createApiKeyGuard, createService, serviceKeyGuard } from '@openrecognize/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServiceTimings } from '../src/adapters/service-timings.ts';
import { mountRoutes } from '../src/routes/mount-routes.ts';
import { bodyLimitBytes } from '../src/server.ts';
import { createDaemonFixture, type DaemonFixture, tenant } from './daemon-fixture.ts';
import type { TestDevice } from './test-device.ts';

const mobileKey = 'the-mobile-key';
const secretKey = 'the-secret-key';
const serviceKey = 'the-service-key';
const settings = { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 };
const hashOf = (key: string) => createHash('sha256').update(key).digest('base64');

const createServer = async (daemon: DaemonFixture) => {
  const lines: { level: string; msg: string }[] = [];
  const service = await createService({
    name: 'core-daemon',
    bodyLimitBytes,
    logging: { stream: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  });
  const kinds = new Map([
    [hashOf(mobileKey), 'mobile' as const],
    [hashOf(secretKey), 'secret' as const],
  ]);
  const guards = {
    'service-key': serviceKeyGuard(serviceKey),
    'mobile-key': createApiKeyGuard({
      resolve: async (keySha256) => ({
        kind: kinds.get(keySha256) ?? 'download',
        tenant: { ...tenant, sdkCustomerId: 1, settings },
      }),
      requiredKind: 'mobile',
      cacheSeconds: 30,
      now: daemon.deps.clock.now,
    }),
  };
  mountRoutes(service, guards, { ...daemon.deps, timings: createServiceTimings(service.metrics) });
  return { service, lines };
};

let daemon: DaemonFixture;
let device: TestDevice;
let server: Awaited<ReturnType<typeof createServer>>;
beforeEach(async () => {
  daemon = createDaemonFixture();
  device = await daemon.enroll();
  server = await createServer(daemon);
});
afterEach(() => server.service.close(0));

const headers = { 'x-api-key': mobileKey };
const binary = { ...headers, 'content-type': 'application/octet-stream' };

describe('the device protocol over HTTP', () => {
  it('enrolls, authenticates and says how a device stands', async () => {
    const { app } = server.service;
    const fresh = daemon.newDevice();
    const opened = await app.inject({
      method: 'POST',
      url: '/v1/enrollments',
      headers,
      payload: fresh.beginEnrollment(),
    });
    expect(opened.statusCode).toBe(201);
    const { enrollmentId } = opened.json();
    const { batch, signature } = fresh.enrollmentUpload(enrollmentId);
    const uploaded = await app.inject({
      method: 'PUT',
      url: `/v1/enrollments/${enrollmentId}/circuits`,
      headers: { ...binary, 'x-device-signature': signature },
      payload: Buffer.from(batch),
    });
    expect(uploaded.json()).toEqual({ stored: 3, stock: 3 });
    const committed = await app.inject({
      method: 'POST',
      url: `/v1/enrollments/${enrollmentId}/commit`,
      headers,
      payload: fresh.commit(enrollmentId),
    });
    const { userId, deviceId, refill } = committed.json();
    const refilled = await app.inject({
      method: 'PUT',
      url: `/v1/users/${userId}/devices/${deviceId}/circuits`,
      headers: { ...binary, 'x-refill-ticket': refill.ticket },
      payload: Buffer.from(fresh.refill(refill.fromIndex, refill.count)),
    });
    expect(refilled.json()).toEqual({ stored: 2, stock: 5 });
    const begun = await app.inject({
      method: 'POST',
      url: '/v1/authentications',
      headers,
      payload: fresh.begin(),
    });
    const { authenticationId, message } = fresh.finish(begun.json(), fresh.code, { transactionData: 'x' });
    const finished = await app.inject({
      method: 'POST',
      url: `/v1/authentications/${authenticationId}`,
      headers: binary,
      payload: Buffer.from(message),
    });
    expect(finished.json()).toMatchObject({ userId, signedJwt: expect.any(String), stock: 4 });
    const status = await app.inject({
      method: 'POST',
      url: '/v1/devices/status',
      headers,
      payload: fresh.status(),
    });
    expect(status.json()).toEqual({ lockoutRemainingSeconds: 0, stock: 4 });
    const metrics = await server.service.metrics.registry.metrics();
    expect(metrics).toContain('openrecognize_device_auth_seconds_count 1');
    expect(metrics).toContain('openrecognize_user_auth_seconds_count{result="match"} 1');
    expect(metrics).toContain('openrecognize_send_circuit_seconds_count 2');
    expect(metrics).toContain('openrecognize_circuit_evaluation_seconds_count 1');
  });

  it('asks for the mobile key of a tenant, whatever the body', async () => {
    const post = async (keys: Record<string, string>) => {
      const { app } = server.service;
      return (
        await app.inject({ method: 'POST', url: '/v1/authentications', headers: keys, payload: {} })
      ).json();
    };
    expect((await post({})).error.code).toBe('API_KEY_MISSING');
    expect((await post({ 'x-api-key': secretKey })).error).toMatchObject({
      code: 'API_KEY_WRONG_KIND',
      details: { requiredKind: 'mobile' },
    });
    expect((await post(headers)).error.code).toBe('BAD_REQUEST');
  });

  it('asks for the service key to commit a user', async () => {
    const { app } = server.service;
    const url = `/internal/v1/uncommitted-users/${device.userId}/commit?tenantId=1`;
    expect((await app.inject({ method: 'POST', url, headers })).json().error.code).toBe(
      'SERVICE_KEY_INVALID',
    );
  });

  it('takes no JSON where bytes belong', async () => {
    const url = `/v1/authentications/${randomUUID()}`;
    const response = await server.service.app.inject({
      method: 'POST',
      url,
      headers,
      payload: { labels: [] },
    });
    expect(response.json().error.code).toBe('BAD_REQUEST');
  });

  it('logs a body it cannot read without a word of it', async () => {
    const { app } = server.service;
    const url = '/v1/authentications';
    const json = { ...headers, 'content-type': 'application/json' };
    await app.inject({ method: 'POST', url, headers: json, payload: '{"userId": secret' });
    await app.inject({ method: 'POST', url, headers, payload: { ...device.begin(), nextIndex: 'secret' } });
    const lines = server.lines.filter(({ msg }) => msg.startsWith('Cannot deserialize'));
    expect(lines.map(({ level, msg }) => ({ level, msg }))).toEqual([
      {
        level: 'warn',
        msg: expect.stringMatching(/type POST \/v1\/authentications: (no JSON|FST_ERR_CTP\w+)$/),
      },
      { level: 'warn', msg: 'Cannot deserialize value of type POST /v1/authentications: body type' },
    ]);
    expect(JSON.stringify(server.lines)).not.toContain('secret');
  });

  it('tells a failure apart from a fault, with the attempts left', async () => {
    const reservation = await daemon.begin(device);
    const labels = new Uint8Array(16 * 128);
    const { authenticationId, message } = device.finishWith(reservation, labels);
    const response = await server.service.app.inject({
      method: 'POST',
      url: `/v1/authentications/${authenticationId}`,
      headers: binary,
      payload: Buffer.from(message),
    });
    expect(response.statusCode).toBe(401);
    expect(response.json().error).toMatchObject({
      code: 'FAILED_TO_AUTHENTICATE_USER',
      details: { remainingAttempts: 4 },
    });
    const metrics = await server.service.metrics.registry.metrics();
    expect(metrics).toContain('openrecognize_user_auth_seconds_count{result="no-match"} 1');
  });

  it('documents every endpoint of its contract', async () => {
    const { paths } = (await server.service.app.inject({ url: '/openapi.json' })).json();
    for (const { method, path } of Object.values(coreDaemonEndpoints)) {
      const documented = path.replace(/:(\w+)/g, '{$1}');
      expect(paths[documented]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
    }
  });
});

describe('a client that goes away', () => {
  it('does not stop its authentication half way', async () => {
    await server.service.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.service.app.server.address() as AddressInfo;
    const reservation = await daemon.begin(device);
    const { authenticationId, message } = device.finish(reservation, device.code);
    const socket = connect(port, '127.0.0.1');
    const verified = Promise.withResolvers<void>();
    const startAttempt = daemon.deps.persistence.startAttempt;
    (daemon.deps.persistence as { startAttempt: typeof startAttempt }).startAttempt = async (...args) => {
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
      verified.resolve();
      return startAttempt(...args);
    };
    socket.write(
      `POST /v1/authentications/${authenticationId} HTTP/1.1\r\nhost: x\r\nx-api-key: ${mobileKey}\r\n` +
        `content-type: application/octet-stream\r\ncontent-length: ${message.length}\r\n\r\n`,
    );
    socket.write(message);
    await verified.promise;
    await expect.poll(() => daemon.outcomeOf(authenticationId)).toBe('match');
    expect(server.lines.map(({ msg }) => msg)).toContain(
      'Response stream failed to flush: connection closed by the client',
    );
  });
});
