import { RecognizeError } from '@openrecognize/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminEndpoints, pagePathOf } from '../src/admin-endpoints.ts';
import { type RunningDashboard, startDashboard } from './dashboard.ts';
import { password, sessionToken } from './fake-operations.ts';

let dashboard: RunningDashboard;
beforeEach(async () => {
  dashboard = await startDashboard();
});
afterEach(() => dashboard.close());

interface Sent {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  readonly body?: object;
  readonly headers?: Record<string, string | undefined>;
}

const send = async (url: string, { method = 'GET', body, headers = {} }: Sent = {}) => {
  const all = {
    host: '127.0.0.1:3000',
    origin: 'http://127.0.0.1:3000',
    'x-openrecognize-dashboard': '1',
    ...headers,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const answer = await dashboard.service.app.inject({
    method,
    url,
    headers: given as Record<string, string>,
    ...(body ? { payload: body } : {}),
  });
  const json = answer.headers['content-type']?.includes('json') ? answer.json() : undefined;
  return { status: answer.statusCode, body: json, text: answer.body, headers: answer.headers };
};

const signIn = (name = 'ada', secret = password) =>
  send('/api/session', { method: 'POST', body: { name, password: secret } });
const asOperator = async (name = 'ada') => {
  await signIn(name);
  return { cookie: `operator=${sessionToken(name)}` };
};
const callsTo = (path: string) => dashboard.operations.calls.filter(({ url }) => url.startsWith(path));

describe('signing in', () => {
  it('puts the token into a cookie that scripts cannot read, and nowhere else', async () => {
    const { status, body, text, headers } = await signIn();
    expect(status).toBe(201);
    expect(body.operator).toMatchObject({ name: 'ada', role: 'admin' });
    expect(headers['set-cookie']).toMatch(
      new RegExp(`^operator=${sessionToken('ada')}; Max-Age=28\\d{3}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(text).not.toContain(sessionToken('ada'));
    expect(headers['cache-control']).toBe('no-store');
  });

  it('tells the operations-service the address of the operator, for its limits', async () => {
    await signIn();
    expect(callsTo('/v2/admin/sessions')[0]!.headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('believes the header of a trusted proxy alone, and what a caller adds to it never', async () => {
    const addressSeen = async (running: RunningDashboard) => {
      await fetch(`${running.url}/api/session`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-openrecognize-dashboard': '1',
          origin: running.url,
          'x-forwarded-for': '203.0.113.7, 198.51.100.9',
        },
        body: JSON.stringify({ name: 'ada', password }),
      });
      return running.operations.calls.at(-1)!.headers['x-forwarded-for'];
    };
    expect(await addressSeen(dashboard)).toBe('127.0.0.1');
    const behindProxy = await startDashboard({ trustedProxies: ['127.0.0.0/8'] });
    expect(await addressSeen(behindProxy)).toBe('198.51.100.9');
    await behindProxy.close();
  });

  it('answers wrong words with the code and its next step, and sets no cookie', async () => {
    const { status, body, headers } = await signIn('ada', 'wrong');
    expect(status).toBe(401);
    expect(body.error.code).toBe('OPERATOR_CREDENTIALS_INVALID');
    expect(body.error.nextStep).not.toBe('');
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('passes on how long to wait after too many tries', async () => {
    const failure = new RecognizeError('TOO_MANY_REQUESTS', { details: { retryAfterSeconds: 41.2 } });
    dashboard.operations.failures.set('POST /v2/admin/sessions', failure);
    const { status, headers } = await signIn();
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe('42');
  });

  it('writes neither password nor token into its log', async () => {
    const headers = await asOperator();
    await send('/api/session', { headers });
    await signIn('ada', 'an unmistakable word');
    expect(dashboard.log()).toContain('/api/session');
    for (const secret of [password, sessionToken('ada'), 'unmistakable']) {
      expect(dashboard.log()).not.toContain(secret);
    }
  });
});

describe('signing out', () => {
  it('ends the session behind and removes the cookie', async () => {
    const headers = await asOperator();
    const { status, headers: answered } = await send('/api/session', { method: 'DELETE', headers });
    expect(status).toBe(204);
    expect(answered['set-cookie']).toContain('operator=; Max-Age=0');
    expect((await send('/api/session', { headers })).status).toBe(401);
  });

  it('is done already for who has no session', async () => {
    expect((await send('/api/session', { method: 'DELETE' })).status).toBe(204);
  });

  it('says so when the session could not be ended, and removes the cookie all the same', async () => {
    const headers = await asOperator();
    dashboard.operations.failures.set('DELETE /v2/admin/session', new RecognizeError('SERVICE_UNAVAILABLE'));
    const { status, headers: answered } = await send('/api/session', { method: 'DELETE', headers });
    expect(status).toBe(503);
    expect(answered['set-cookie']).toContain('Max-Age=0');
  });
});

describe('requests from elsewhere', () => {
  it.each([
    { why: 'another origin', headers: { origin: 'http://evil.example' } },
    { why: 'no origin', headers: { origin: undefined } },
    { why: 'no header of the page', headers: { 'x-openrecognize-dashboard': undefined } },
    { why: 'another site by the word of the browser', headers: { 'sec-fetch-site': 'cross-site' } },
    { why: 'a host that is not ours', headers: { host: 'evil.example', origin: 'http://evil.example' } },
  ])('change nothing: $why', async ({ headers }) => {
    const operator = await asOperator();
    const before = dashboard.operations.calls.length;
    const sent = { method: 'POST', body: { kind: 'secret' }, headers: { ...operator, ...headers } } as const;
    const { status, body } = await send('/api/admin/api-keys', sent);
    expect([status, body.error.code]).toEqual([403, 'FORBIDDEN']);
    expect(dashboard.operations.calls.length).toBe(before);
  });

  it('cannot read either without the header of the page', async () => {
    const headers = { ...(await asOperator()), 'x-openrecognize-dashboard': undefined };
    expect((await send('/api/admin/users', { headers })).status).toBe(403);
  });
});

describe('what the page may reach', () => {
  it('is the administration of the contract and nothing else', async () => {
    expect(adminEndpoints.length).toBeGreaterThan(20);
    for (const endpoint of adminEndpoints) {
      expect(endpoint.path).toMatch(/^\/v2\/admin\//);
      expect(pagePathOf(endpoint)).toMatch(/^\/api\/admin\/[a-z]/);
    }
    const headers = await asOperator();
    const before = dashboard.operations.calls.length;
    for (const url of [
      '/v2/admin/users',
      '/api/v2/users',
      '/api/admin/nothing',
      '/api/admin/../../v2/users',
      '/api/admin/%2e%2e/users',
      '/api/admin/users/..%2f..%2f..%2finternal',
      '/api/admin/sessions',
      '/internal/v1/tenants/demo',
    ]) {
      expect((await send(url, { headers })).status).toBeGreaterThanOrEqual(400);
    }
    expect((await send('/api/admin/users', { method: 'PUT', body: {}, headers })).status).toBe(405);
    expect(dashboard.operations.calls.length).toBe(before);
  });

  it('carries the session as bearer, the tenant, and the id of the request; never the cookie', async () => {
    const headers = { ...(await asOperator()), 'x-tenant': 'demo', 'x-api-key': 'mine' };
    const answer = await send('/api/admin/users?userIdPrefix=00&limit=5', { headers });
    expect(answer.status).toBe(200);
    expect(answer.body.users).toHaveLength(1);
    const [call] = callsTo('/v2/admin/users');
    expect(call!.headers).toMatchObject({
      authorization: `Bearer ${sessionToken('ada')}`,
      'x-tenant': 'demo',
      'x-request-id': answer.headers['x-request-id'],
    });
    expect(call!.headers).not.toHaveProperty('cookie');
    expect(call!.headers).not.toHaveProperty('x-api-key');
  });

  it('does not pass on a tenant that can be none', async () => {
    await send('/api/admin/users', { headers: { ...(await asOperator()), 'x-tenant': 'a b' } });
    expect(callsTo('/v2/admin/users')[0]!.headers).not.toHaveProperty('x-tenant');
  });

  it('takes no call without a session, and none with something that is no token', async () => {
    for (const cookie of [undefined, 'operator=', 'operator=short']) {
      const { status, body } = await send('/api/admin/users', { headers: { cookie } });
      expect([status, body.error.code]).toEqual([401, 'OPERATOR_SESSION_INVALID']);
    }
    expect(dashboard.operations.calls).toEqual([]);
  });

  it('checks a body before it travels', async () => {
    const headers = await asOperator();
    const sent = { method: 'POST', body: { kind: 'golden' }, headers } as const;
    expect(await send('/api/admin/api-keys', sent)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST' } },
    });
    expect(callsTo('/v2/admin/api-keys')).toEqual([]);
  });
});

describe('refusals of the operations-service', () => {
  it('arrive with code, number, message, details and next step', async () => {
    const headers = await asOperator();
    const details = { path: '/changes/lockoutFailures' };
    const failure = new RecognizeError('CONFLICT', { message: 'Version 3 is not the present one.', details });
    dashboard.operations.failures.set('PATCH /v2/admin/settings', failure);
    const sent = { method: 'PATCH', body: { version: 3, changes: {} }, headers } as const;
    const { status, body } = await send('/api/admin/settings', sent);
    expect(status).toBe(409);
    expect(body.error).toMatchObject({
      code: 'CONFLICT',
      number: 613,
      message: 'Version 3 is not the present one.',
      details,
      nextStep: 'Read the resource again and decide anew.',
    });
  });

  it('keep a viewer from changing anything', async () => {
    const headers = await asOperator('vera');
    expect((await send('/api/admin/api-keys', { headers })).status).toBe(200);
    const sent = { method: 'POST', body: { kind: 'mobile' }, headers } as const;
    expect(await send('/api/admin/api-keys', sent)).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
    expect(dashboard.operations.records.apiKeys).toHaveLength(3);
  });

  it('remove the cookie of a session that has ended', async () => {
    const headers = await asOperator();
    dashboard.operations.endSessions();
    const { status, headers: answered } = await send('/api/admin/users', { headers });
    expect(status).toBe(401);
    expect(answered['set-cookie']).toContain('operator=; Max-Age=0');
  });

  it('become 503 when it does not answer', async () => {
    const headers = await asOperator();
    await dashboard.operations.service.close(0);
    expect(await send('/api/admin/users', { headers })).toMatchObject({
      status: 503,
      body: { error: { code: 'SERVICE_UNAVAILABLE' } },
    });
  });
});

describe('the health of the services', () => {
  it('is for operators', async () => {
    expect((await send('/api/health')).status).toBe(401);
    const { body } = await send('/api/health', { headers: await asOperator() });
    expect(body.services).toMatchObject([
      { name: 'operations-service', state: 'ready' },
      { name: 'auth-vault', state: 'unreachable' },
    ]);
  });

  it('is still there, for those known, when the operations-service is down', async () => {
    const headers = await asOperator();
    await dashboard.operations.service.close(0);
    const { status, body } = await send('/api/health', { headers });
    expect(status).toBe(200);
    expect(body.services[0]).toMatchObject({ name: 'operations-service', state: 'unreachable' });
    const stranger = { cookie: `operator=${sessionToken('eve')}` };
    expect((await send('/api/health', { headers: stranger })).status).toBe(503);
  });
});

describe('the page', () => {
  it('comes with headers that allow nothing from elsewhere and nothing inline', async () => {
    for (const url of ['/', '/css/base.css', '/js/main.js', '/api/session']) {
      const policy = (await send(url)).headers['content-security-policy'];
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toContain('unsafe');
    }
  });

  it('names no other host and serves nothing outside its folder', async () => {
    expect((await send('/')).text).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const url of ['/../package.json', '/..%2fpackage.json', '/js/../../package.json', '/nothing']) {
      expect((await send(url)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it('behind https binds its cookie to https and says so to the browser', async () => {
    const other = await startDashboard({ publicUrl: 'https://dashboard.example' });
    const answer = await other.service.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { origin: 'https://dashboard.example', 'x-openrecognize-dashboard': '1' },
      payload: { name: 'ada', password },
    });
    await other.close();
    expect(answer.headers['set-cookie']).toMatch(/^__Host-operator=.*; Secure$/);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });
});
