import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { enrollSyntheticDevice, type SyntheticDevice, startTestStack, type TestStack } from '../src/index.ts';

const operator = { name: 'first.operator', password: 'correct horse battery staple' };

interface Received {
  readonly path: string;
  readonly signature: string;
  readonly body: string;
}

/** A receiver of webhooks that can be told to fail. */
const startReceiver = async () => {
  const received: Received[] = [];
  let status = 200;
  const read = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  };
  const server: Server = createServer(async (request, response) => {
    const body = await read(request);
    received.push({ path: request.url ?? '', signature: String(request.headers['kl-signature']), body });
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    answerWith: (next: number) => {
      status = next;
    },
    close: () => server.close(),
  };
};

let stack: TestStack;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const devices: SyntheticDevice[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startTestStack({
    overrides: {
      'operations-service': {
        OPERATOR_BOOTSTRAP: `${operator.name}:${operator.password}`,
        WEBHOOK_PRIVATE_RANGES: '127.0.0.0/8',
        WEBHOOK_POLL_INTERVAL_MS: '50',
        WEBHOOK_RETRY_BASE_MS: '100',
        WEBHOOK_MAX_ATTEMPTS: '3',
        API_KEY_CACHE_SECONDS: '1',
      },
      'core-daemon': { API_KEY_CACHE_SECONDS: '1' },
    },
  });
});
afterEach(() => Promise.all(devices.splice(0).map((device) => device.close())));
afterAll(async () => {
  receiver?.close();
  await stack?.dispose();
});

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about
  readonly body: any;
}

const request = async (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Answer> => {
  const answer = await fetch(`${stack.urlOf('operations-service')}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
};
const admin = (method: string, path: string, body?: object) =>
  request(method, `/v2/admin${path}`, { 'x-api-key': stack.tenant.secretApiKey }, body);
const asOperator = (token: string, method: string, path: string, body?: object, tenant?: string) =>
  request(
    method,
    `/v2/admin${path}`,
    { authorization: `Bearer ${token}`, ...(tenant === undefined ? {} : { 'x-tenant': tenant }) },
    body,
  );
const signIn = async (credentials: { name: string; password: string }): Promise<string> => {
  for (let tries = 0; tries < 40; tries++) {
    const answer = await request('POST', '/v2/admin/sessions', {}, credentials);
    if (answer.status === 201) return answer.body.token;
    expect(answer.body.error.code).toBe('OPERATOR_CREDENTIALS_INVALID');
    await delay(500);
  }
  throw new Error('no operator could sign in');
};
const enroll = async (): Promise<SyntheticDevice> => {
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  const device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 10 });
  devices.push(device);
  return device;
};
const failOnce = (device: SyntheticDevice) => device.authenticate(1_000, false).catch((error) => error.code);
const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (let tries = 0; tries < 200; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error('it did not happen within 10 s');
};
const eventOf = (type: string, userId?: string) => () =>
  receiver.received
    .map((one) => ({ ...one, event: JSON.parse(one.body) }))
    .find(({ event }) => event.type === type && (userId === undefined || event.data.userId === userId));

/** As a receiver would: the timestamp is signed with the body, so neither can be changed. */
const isSignedBy = (secret: string, { signature, body }: Received): boolean => {
  const [, seconds = '', expected] = /^t=(\d+),v1=([0-9a-f]{64})/.exec(signature) ?? [];
  const isFresh = Math.abs(Date.now() / 1000 - Number(seconds)) < 300;
  return isFresh && createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex') === expected;
};

describe('users', () => {
  it('are shown with devices, stock, lockout and history, and unlocked by an administrator', async () => {
    const device = await enroll();
    for (let failures = 0; failures < 5; failures++) {
      expect(await failOnce(device)).toMatch(/FAILED_TO_AUTHENTICATE_USER|LOCKED_OUT/);
    }
    expect(await failOnce(device)).toBe('LOCKED_OUT');
    const detail = (await admin('GET', `/users/${device.userId}`)).body;
    expect(detail.devices).toMatchObject([
      { deviceId: device.deviceId, deviceOrigin: 'ANDROID', circuits: { stock: 5, nextFreeIndex: 10 } },
    ]);
    expect(detail.lockout.remainingAttempts).toBe(0);
    const { lockouts } = (await admin('GET', '/lockouts')).body;
    expect(lockouts.map((row: { userId: string }) => row.userId)).toContain(device.userId);
    expect(
      (await admin('POST', `/users/${device.userId}/unlock`, { reason: 'asked by phone' })).body,
    ).toEqual({
      wasLockedOut: true,
    });
    await device.authenticate();
    const { authentications } = (await admin('GET', `/authentications?userId=${device.userId}`)).body;
    expect(authentications.map((row: { outcome: string }) => row.outcome)).toEqual([
      'match',
      ...Array.from({ length: 5 }, () => 'no-match'),
    ]);
    const { entries } = (await admin('GET', '/audit?limit=5')).body;
    expect(entries).toContainEqual(expect.objectContaining({ action: 'user.unlock', target: device.userId }));
    expect((await admin('GET', '/audit/verification')).body).toMatchObject({ intact: true });
  });
});

describe('API keys', () => {
  it('work as soon as they are made and stop soon after they are revoked; the last secret key stays', async () => {
    const made = (await admin('POST', '/api-keys', { kind: 'secret' })).body;
    const withNew = () => request('GET', '/v2/users', { 'x-api-key': made.key });
    expect((await withNew()).status).toBe(200);
    const listed = (await admin('GET', '/api-keys')).body.apiKeys;
    expect(JSON.stringify(listed)).not.toContain(made.key);
    expect((await admin('DELETE', `/api-keys/${made.apiKeyId}`)).status).toBe(204);
    await until(async () => ((await withNew()).body.error?.code === 'API_KEY_INVALID' ? true : undefined));
    const [last] = listed.filter(
      (key: { kind: string; apiKeyId: string }) => key.kind === 'secret' && key.apiKeyId !== made.apiKeyId,
    );
    expect((await admin('DELETE', `/api-keys/${last.apiKeyId}`)).body.error.code).toBe('CONFLICT');
    const mobile = await request('GET', '/v2/admin/api-keys', { 'x-api-key': stack.tenant.mobileApiKey });
    expect(mobile.body.error.code).toBe('API_KEY_WRONG_KIND');
  });
});

describe('operators', () => {
  it('sign in, a viewer reads and changes nothing, and a session ends with its sign-out', async () => {
    const token = await signIn(operator);
    expect((await asOperator(token, 'GET', '/session')).body).toMatchObject({
      actor: { kind: 'operator', name: operator.name },
      role: 'admin',
      customers: [stack.tenant.customer],
    });
    const viewer = { name: 'viewer.one', password: 'another long password' };
    const made = await asOperator(token, 'POST', '/operators', { ...viewer, role: 'viewer' });
    expect(made.status).toBe(201);
    const viewing = await signIn(viewer);
    expect((await asOperator(viewing, 'GET', '/settings')).status).toBe(200);
    const change = { version: 1, changes: { lockoutFailures: 9 } };
    expect((await asOperator(viewing, 'PATCH', '/settings', change)).body.error.code).toBe('FORBIDDEN');
    expect((await asOperator(viewing, 'GET', '/settings', undefined, 'nobody')).body.error.code).toBe(
      'CUSTOMER_NOT_FOUND',
    );
    expect((await asOperator(viewing, 'DELETE', '/session')).status).toBe(204);
    expect((await asOperator(viewing, 'GET', '/settings')).body.error.code).toBe('OPERATOR_SESSION_INVALID');
    const trail = (await asOperator(token, 'GET', '/audit?scope=installation')).body.entries;
    expect(trail.map((entry: { action: string }) => entry.action)).toContain('operator.create');
    expect(JSON.stringify(trail)).not.toContain(viewer.password);
    expect((await admin('GET', '/audit?scope=installation')).body.error.code).toBe('FORBIDDEN');
    const { services } = (await asOperator(token, 'GET', '/services')).body;
    expect(services.every((service: { ready: boolean }) => service.ready)).toBe(true);
  });
});

describe('webhooks', () => {
  it('come signed, again after a failure with the same event id, and on demand from the dead letters', async () => {
    const eventTypes = ['user.enrolled', 'user.deleted', 'settings.changed'];
    const hook = (await admin('POST', '/webhooks', { url: receiver.url, eventTypes })).body;

    receiver.answerWith(503);
    const device = await enroll();
    const dead = await until(async () => {
      const { deliveries } = (await admin('GET', '/webhook-deliveries?state=dead')).body;
      return deliveries[0];
    });
    const sent = receiver.received.map(({ body }) => JSON.parse(body));
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ eventId }) => eventId))).toEqual(new Set([dead.eventId]));
    expect(sent[0]).toMatchObject({ type: 'user.enrolled', data: { userId: device.userId } });
    expect(receiver.received.every((one) => isSignedBy(hook.secret, one))).toBe(true);
    const log = (await admin('GET', `/webhook-deliveries/${dead.deliveryId}`)).body.attempts;
    expect(log).toHaveLength(3);
    expect(log[0]).toMatchObject({ httpStatus: 503, failure: 'status' });

    receiver.answerWith(200);
    expect((await admin('POST', `/webhooks/${hook.webhookId}/replay-dead`)).body).toEqual({ replayed: 1 });
    await until(() => (receiver.received.length === 4 ? true : undefined));
    expect(JSON.parse(receiver.received[3]!.body).eventId).toBe(dead.eventId);
    await until(async () => {
      const { delivery } = (await admin('GET', `/webhook-deliveries/${dead.deliveryId}`)).body;
      return delivery.state === 'delivered' ? true : undefined;
    });
  });

  it('change over to a new secret, follow no redirect and survive the death of what delivers them', async () => {
    const { webhooks } = (await admin('GET', '/webhooks')).body;
    const { webhookId } = webhooks[0];
    const { secret } = (await admin('POST', `/webhooks/${webhookId}/rotate-secret`)).body;
    receiver.answerWith(302);
    const device = await enroll();
    const redirected = await until(eventOf('user.enrolled', device.userId));
    expect(redirected.signature.match(/v1=/g)).toHaveLength(2);
    expect(isSignedBy(secret, redirected)).toBe(true);
    await until(async () => {
      const { deliveries } = (await admin('GET', '/webhook-deliveries?state=dead')).body;
      return deliveries[0];
    });
    expect(receiver.received.some(({ path }) => path === '/elsewhere')).toBe(false);

    receiver.answerWith(200);
    stack.kill('operations-service');
    const other = await enroll();
    await stack.untilReady('operations-service');
    await until(eventOf('user.enrolled', other.userId));
    const { version } = (await admin('GET', '/settings')).body;
    const changes = { jwtLifetimeSeconds: 300, jwtAudience: 'shop' };
    expect((await admin('PATCH', '/settings', { version, changes })).body.settings).toMatchObject(changes);
    expect((await admin('PATCH', '/settings', { version, changes: {} })).body.error.code).toBe('CONFLICT');
    expect((await until(eventOf('settings.changed'))).event.data).toEqual({ settingsVersion: version + 1 });
  });

  it('go nowhere they should not', async () => {
    const eventTypes = ['user.enrolled'];
    for (const url of [
      'http://hook.example/',
      'https://10.0.0.1/',
      'https://user:pw@hook.example/',
      'https://[::1]/',
    ]) {
      const refused = await admin('POST', '/webhooks', { url, eventTypes });
      expect([url, refused.body.error?.code]).toEqual([url, 'BAD_REQUEST']);
    }
  });
});
