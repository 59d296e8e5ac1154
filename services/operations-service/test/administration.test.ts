import { createHash, randomBytes } from 'node:crypto';
import * as contracts from '@openrecognize/contracts';
import { type EndpointShape, RecognizeError } from '@openrecognize/contracts';
import { createClientAddress, createService, type Service } from '@openrecognize/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdministrationBackend, mountAdministration } from '../src/index.ts';
import { createTargetPolicy } from '../src/webhooks/target-policy.ts';
import { createWebhookSecrets } from '../src/webhooks/webhook-secrets.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');
const tenant = (tenantId: number, customer: string) => ({
  tenantId,
  customer,
  sdkCustomerId: 41 + tenantId,
  settings: { lockoutFailures: 5, lockoutWindowSeconds: 600, lockoutSuspensionSeconds: 600 },
});
const tenants = [tenant(1, 'acme'), tenant(2, 'other')];
const secretKey = 'secret-key-of-acme';
const tokens = {
  admin: randomBytes(32).toString('base64url'),
  viewer: randomBytes(32).toString('base64url'),
  ofAcme: randomBytes(32).toString('base64url'),
};
const operator = (name: string, role: 'admin' | 'viewer', customer?: string) => ({
  operatorId: '00000000-0000-4000-8000-00000000000a',
  name,
  role,
  disabled: false,
  ...(customer === undefined ? {} : { customer }),
  createdAtMs: 0,
});
const sessions = new Map([
  [hashOf(tokens.admin), { operator: operator('root', 'admin'), tenants }],
  [hashOf(tokens.viewer), { operator: operator('watcher', 'viewer'), tenants }],
  [hashOf(tokens.ofAcme), { operator: operator('local', 'admin', 'acme'), tenants: [tenants[0]!] }],
]);

const calls: { method: string; input: unknown }[] = [];
const settings = { customer: 'acme', version: 1, settings: tenants[0]!.settings };
const answers: Partial<Record<keyof AdministrationBackend, unknown>> = {
  readStoredSettings: settings,
  changeStoredSettings: settings,
  addApiKey: { apiKeyId: 'ab'.repeat(8), kind: 'mobile', createdAtMs: 0 },
  addTenant: {
    tenant: { customer: 'fresh', sdkCustomerId: 44, createdAtMs: 0 },
    apiKeys: ['download', 'mobile', 'secret'].map((kind) => ({
      apiKeyId: 'ab'.repeat(8),
      kind,
      createdAtMs: 0,
    })),
  },
  listStoredTenants: { tenants: [] },
  listStoredOperators: { operators: [] },
  listStoredAuditEntries: { entries: [] },
};
const backend = new Proxy({} as AdministrationBackend, {
  get:
    (_target, method: keyof AdministrationBackend) =>
    // biome-ignore lint/suspicious/noExplicitAny: one stand-in for every method
    async (input: any): Promise<unknown> => {
      if (method === 'resolveApiKey') {
        if (input.body.keySha256 === hashOf(secretKey)) return { kind: 'secret', tenant: tenants[0] };
        throw new RecognizeError('API_KEY_INVALID');
      }
      if (method === 'resolveOperatorSession') {
        const session = sessions.get(input.body.tokenSha256);
        if (session === undefined) throw new RecognizeError('OPERATOR_SESSION_INVALID');
        return { ...session, expiresAtMs: 1 };
      }
      if (method === 'readTenant') return tenants.find(({ customer }) => customer === input.params.customer);
      calls.push({ method, input });
      return answers[method];
    },
});

let service: Service;
beforeAll(async () => {
  service = await createService({ name: 'operations-service', logging: { level: 'silent' } });
  mountAdministration(service.app, {
    backend,
    secrets: createWebhookSecrets('a master key of the tests'),
    targets: createTargetPolicy(''),
    sessionSeconds: 3_600,
    sessionIdleSeconds: 600,
    services: {},
    clientAddress: createClientAddress(['127.0.0.1']),
    jwksAllowHttp: false,
    apiKeyCacheSeconds: 0,
    now: Date.now,
  });
});
afterAll(() => service?.close(0));

type Method = EndpointShape['method'];
const ask = async (method: Method, url: string, headers: Record<string, string>, body?: object) => {
  const payload = body === undefined ? {} : { payload: body };
  const answer = await service.app.inject({ method, url: `/v2/admin${url}`, headers, ...payload });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
};
const as = (token: string, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${token}`,
  ...more,
});
const lastInput = () => calls.at(-1)!.input;

describe('who may administer', () => {
  it('is whoever holds a secret key, for its tenant alone, under the id of the key', async () => {
    expect((await ask('GET', '/settings', { 'x-api-key': secretKey, 'x-tenant': 'other' })).status).toBe(200);
    expect(lastInput()).toEqual({ params: { tenantId: 1 } });
    const change = { version: 1, changes: { lockoutFailures: 3 } };
    expect((await ask('PATCH', '/settings', { 'x-api-key': secretKey }, change)).status).toBe(200);
    const id = createHash('sha256').update(secretKey).digest('hex').slice(0, 16);
    expect(lastInput()).toMatchObject({ body: { act: { actor: { kind: 'api-key', id } }, ...change } });
    expect((await ask('GET', '/settings', { 'x-api-key': 'wrong' })).body.error.code).toBe('API_KEY_INVALID');
    expect((await ask('GET', '/settings', {})).body.error.code).toBe('API_KEY_MISSING');
  });

  it('is an operator, for the tenant it names', async () => {
    await ask('GET', '/settings', as(tokens.admin, { 'x-tenant': 'other' }));
    expect(lastInput()).toEqual({ params: { tenantId: 2 } });
    const codeOf = async (headers: Record<string, string>) =>
      (await ask('GET', '/settings', headers)).body.error?.code;
    expect(await codeOf(as(tokens.admin))).toBe('BAD_REQUEST');
    expect(await codeOf(as(tokens.admin, { 'x-tenant': 'nobody' }))).toBe('CUSTOMER_NOT_FOUND');
    expect(await codeOf(as(tokens.ofAcme, { 'x-tenant': 'other' }))).toBe('FORBIDDEN');
    expect(await codeOf(as(randomBytes(32).toString('base64url')))).toBe('OPERATOR_SESSION_INVALID');
    expect(await codeOf({ authorization: 'Bearer short', 'x-api-key': secretKey })).toBe(
      'OPERATOR_SESSION_INVALID',
    );
    await ask('GET', '/settings', as(tokens.ofAcme));
    expect(lastInput()).toEqual({ params: { tenantId: 1 } });
  });

  it('sees of operators and of the trail what its tenant concerns', async () => {
    await ask('GET', '/operators', as(tokens.ofAcme));
    expect(lastInput()).toEqual({ query: { tenantId: 1 } });
    await ask('GET', '/operators', as(tokens.admin));
    expect(lastInput()).toEqual({ query: {} });
    const made = { name: 'new', password: 'a long enough password', role: 'viewer', customer: 'other' };
    expect((await ask('POST', '/operators', as(tokens.ofAcme), made)).body.error.code).toBe('FORBIDDEN');
    const audit = '/audit?scope=installation';
    expect((await ask('GET', audit, { 'x-api-key': secretKey })).body.error.code).toBe('FORBIDDEN');
    expect((await ask('GET', audit, as(tokens.ofAcme))).body.error.code).toBe('FORBIDDEN');
    expect((await ask('GET', audit, as(tokens.admin))).status).toBe(200);
    expect(lastInput()).toEqual({ query: { limit: 50 } });
  });
});

const isEndpoint = (candidate: unknown): candidate is EndpointShape =>
  typeof candidate === 'object' && candidate !== null && 'path' in candidate && 'method' in candidate;
const endpoints = Object.values<unknown>(contracts)
  .filter(isEndpoint)
  .filter(({ path }) => path.startsWith('/v2/admin/'));

describe('every endpoint of the contract', () => {
  it('is one of the 33 that there are', () => expect(endpoints).toHaveLength(33));

  it.each(endpoints.filter(({ auth }) => auth !== 'public'))(
    '$method $path asks for a credential; a viewer changes nothing',
    async ({ method, path }) => {
      const url = path.replace('/v2/admin', '').replace(/:\w+/g, '1');
      expect((await ask(method, url, {})).body.error.code).toBe('API_KEY_MISSING');
      if (method === 'GET' || url === '/session') return;
      const refused = await ask(method, url, as(tokens.viewer, { 'x-tenant': 'acme' }));
      expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
    },
  );
});

describe('tenants', () => {
  const create = (headers: Record<string, string>, body: object = { customer: 'fresh' }) =>
    ask('POST', '/tenants', headers, body);

  it('are made by an admin of the installation, with one key of each kind that only this answer holds', async () => {
    const { status, body } = await create(as(tokens.admin));
    expect(status).toBe(201);
    expect(body).toMatchObject({ customer: 'fresh', sdkCustomerId: 44 });
    const input = lastInput() as { body: { apiKeys: { kind: string; keySha256: string }[] } };
    expect(input).toMatchObject({ body: { act: { actor: { name: 'root' } }, customer: 'fresh' } });
    const { apiKeys } = body as { apiKeys: { kind: string; key: string }[] };
    expect(apiKeys.map(({ kind }) => kind)).toEqual(['download', 'mobile', 'secret']);
    for (const { kind, key } of apiKeys) {
      expect(key).toMatch(new RegExp(`^or_${kind}_[A-Za-z0-9_-]{43}$`));
      expect(JSON.stringify(input)).not.toContain(key);
    }
    expect(input.body.apiKeys).toEqual(apiKeys.map(({ kind, key }) => ({ kind, keySha256: hashOf(key) })));
    expect(new Set(apiKeys.map(({ key }) => key.slice(-43))).size).toBe(3);
  });

  it('are made by nobody who is bound to a tenant, and under no name of another form', async () => {
    const before = calls.length;
    for (const headers of [as(tokens.ofAcme), as(tokens.viewer), { 'x-api-key': secretKey }]) {
      const refused = await create(headers);
      expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
    }
    for (const body of [
      {},
      { customer: '' },
      { customer: '-a' },
      { customer: 'a b' },
      { customer: 'a'.repeat(65) },
    ]) {
      expect((await create(as(tokens.admin), body)).body.error.code).toBe('BAD_REQUEST');
    }
    expect(calls).toHaveLength(before);
  });

  it('are listed for whom they concern', async () => {
    await ask('GET', '/tenants', as(tokens.viewer));
    expect(calls.at(-1)).toEqual({ method: 'listStoredTenants', input: { query: {} } });
    for (const headers of [as(tokens.ofAcme), { 'x-api-key': secretKey }]) {
      expect((await ask('GET', '/tenants', headers)).status).toBe(200);
      expect(lastInput()).toEqual({ query: { tenantId: 1 } });
    }
    const scopeOf = async (headers: Record<string, string>) =>
      (await ask('GET', '/session', headers)).body.scope;
    expect(await scopeOf(as(tokens.admin))).toBe('installation');
    expect(await scopeOf(as(tokens.ofAcme))).toBe('tenant');
    expect(await scopeOf({ 'x-api-key': secretKey })).toBe('tenant');
  });
});

describe('deletions', () => {
  const userId = 'A'.repeat(64);
  const deviceId = 'D'.repeat(32);

  it('of a user and of a device are those of the tenant, in the name of who asked', async () => {
    const who = as(tokens.admin, { 'x-tenant': 'other' });
    const actor = { kind: 'operator', name: 'root' };
    expect((await ask('DELETE', `/users/${userId}`, who)).status).toBe(204);
    expect(calls.at(-1)).toMatchObject({
      method: 'deleteStoredUser',
      input: { params: { tenantId: 2, userId }, body: { act: { actor } } },
    });
    expect((await ask('DELETE', `/users/${userId}/devices/${deviceId}`, who)).status).toBe(204);
    expect(calls.at(-1)).toMatchObject({
      method: 'deleteStoredDevice',
      input: { params: { tenantId: 2, userId, deviceId }, body: { act: { actor } } },
    });
  });
});

describe('key sets of tenants', () => {
  const changeTo = (changes: object) => ask('PATCH', '/settings', as(tokens.ofAcme), { version: 1, changes });
  const change = (userAuthorizationJwksUri: string | null) => changeTo({ userAuthorizationJwksUri });

  it('are refused at an http address, which nobody would fetch', async () => {
    const before = calls.length;
    const { status, body } = await change('http://localhost/keys.json');
    expect([status, body.error.code]).toEqual([400, 'JWKS_URI_NOT_HTTPS']);
    expect(body.error.details).toEqual({ path: '/changes/userAuthorizationJwksUri' });
    const openidConfigurationUrl = 'http://localhost/.well-known/openid-configuration';
    const provider = await changeTo({ openidConfigurationUrl });
    expect(provider.body.error.details).toEqual({ path: '/changes/openidConfigurationUrl' });
    expect(calls).toHaveLength(before);
    expect((await change('https://id.example/keys.json')).status).toBe(200);
    expect((await change(null)).status).toBe(200);
  });
});

describe('the address a sign-in is counted for', () => {
  const signIn = async (remoteAddress: string, forwardedFor?: string) => {
    await service.app.inject({
      method: 'POST',
      url: '/v2/admin/sessions',
      remoteAddress,
      ...(forwardedFor === undefined ? {} : { headers: { 'x-forwarded-for': forwardedFor } }),
      payload: { name: 'root', password: 'a password' },
    });
    return (calls.at(-1)!.input as { body: { address: string } }).body.address;
  };

  it('is that of the operator, when a trusted dashboard tells it', async () => {
    expect(await signIn('127.0.0.1', '203.0.113.7')).toBe('203.0.113.7');
    expect(await signIn('127.0.0.1')).toBe('127.0.0.1');
  });

  it('is not what a stranger puts into a header', async () => {
    expect(await signIn('198.51.100.9', '203.0.113.7')).toBe('198.51.100.9');
    expect(await signIn('127.0.0.1', '203.0.113.7, 198.51.100.9')).toBe('198.51.100.9');
  });
});

describe('the OpenAPI document', () => {
  it('says for each call that an operator or a secret key may make it', async () => {
    const { paths, components } = (await service.app.inject('/openapi.json')).json();
    expect(components.securitySchemes.operatorSession).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(paths['/v2/admin/settings'].patch.security).toEqual([{ operatorSession: [] }, { apiKey: [] }]);
    expect(paths['/v2/admin/sessions'].post.security).toEqual([]);
  });
});

describe('secrets', () => {
  it('of a new API key are shown once and never passed on', async () => {
    const made = await ask('POST', '/api-keys', { 'x-api-key': secretKey }, { kind: 'mobile' });
    expect(made.body.key).toMatch(/^or_mobile_[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(lastInput())).not.toContain(made.body.key);
    expect(lastInput()).toMatchObject({ body: { keySha256: hashOf(made.body.key) } });
  });
});
