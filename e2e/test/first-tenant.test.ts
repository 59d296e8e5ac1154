import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../src/index.ts';

const operator = { name: 'first.operator', password: 'correct horse battery staple' };
const cct = fileURLToPath(new URL('../../tools/cct/dist/main.js', import.meta.url));
let stack: TestStack;

/** Takes away the tenants that the stack was started with, before anybody used them. */
const forgetTenants = async (): Promise<void> => {
  const client = new pg.Client({ connectionString: stack.postgres.url });
  await client.connect();
  await client.query('DELETE FROM node_persistence.api_keys');
  await client.query('DELETE FROM node_persistence.tenants');
  await client.end();
};

beforeAll(async () => {
  stack = await startTestStack({
    overrides: { 'operations-service': { OPERATOR_BOOTSTRAP: `${operator.name}:${operator.password}` } },
  });
  await forgetTenants();
});
afterAll(() => stack?.dispose());

const ask = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
  const answer = await fetch(`${stack.urlOf('operations-service')}/v2${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
};
const signIn = async (): Promise<string> => {
  // The first operator is made behind the start; fewer tries than the limit of an account.
  for (let tries = 0; tries < 8; tries++) {
    const answer = await ask('POST', '/admin/sessions', {}, operator);
    if (answer.status === 201) return answer.body.token;
    await delay(1_000);
  }
  throw new Error('the first operator cannot sign in');
};

it('from an empty database to a green check: an administrator signs in, makes a tenant, and its keys work', async () => {
  const authorization = `Bearer ${await signIn()}`;
  const admin = (method: string, path: string, body?: object, more = {}) =>
    ask(method, `/admin${path}`, { authorization, ...more }, body);
  expect((await admin('GET', '/session')).body).toMatchObject({
    role: 'admin',
    scope: 'installation',
    customers: [],
  });
  expect((await admin('GET', '/tenants')).body).toEqual({ tenants: [] });
  expect((await admin('GET', '/settings')).body.error).toMatchObject({
    code: 'BAD_REQUEST',
    details: { header: 'x-tenant' },
  });

  const made = await admin('POST', '/tenants', { customer: 'acme' });
  expect(made.status).toBe(201);
  const again = await admin('POST', '/tenants', { customer: 'acme' });
  expect([again.status, again.body.error.code]).toEqual([409, 'CONFLICT']);
  const { sdkCustomerId, createdAtMs, apiKeys } = made.body;
  const tenants = [{ customer: 'acme', sdkCustomerId, createdAtMs }];
  expect((await admin('GET', '/tenants')).body).toEqual({ tenants });
  const keyOf = (kind: string): string =>
    apiKeys.find((key: { kind: string; key: string }) => key.kind === kind).key;

  const { stdout } = await promisify(execFile)(process.execPath, [cct], {
    env: {
      HOST: stack.urlOf('core-daemon'),
      APIKEY: keyOf('mobile'),
      OPERATIONS_URL: stack.urlOf('operations-service'),
      CUSTOMER: 'acme',
    },
  });
  expect(stdout).toContain('All tests passed');
  expect(stdout).toMatch(/JWT/);

  const users = (kind: string) => ask('GET', '/users', { 'x-api-key': keyOf(kind) });
  expect((await users('secret')).body).toEqual({ users: [] });
  for (const kind of ['mobile', 'download'])
    expect((await users(kind)).body.error.code).toBe('API_KEY_WRONG_KIND');
  // With one tenant an operator need not name it.
  const listed = (await admin('GET', '/api-keys')).body.apiKeys;
  expect(listed.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['download', 'mobile', 'secret']);
  for (const { key } of apiKeys) expect(JSON.stringify(listed)).not.toContain(key);

  const [newest] = (await admin('GET', '/audit?scope=installation&limit=1')).body.entries;
  expect(newest).toMatchObject({ action: 'tenant.create', target: 'acme', actor: { name: operator.name } });
  for (const scope of ['tenant', 'installation']) {
    expect((await admin('GET', `/audit/verification?scope=${scope}`)).body.intact).toBe(true);
  }
}, 90_000);

it('a tenant makes no tenants', async () => {
  const admin = { authorization: `Bearer ${await signIn()}` };
  const { body } = await ask('POST', '/admin/tenants', admin, { customer: 'other' });
  const secret = body.apiKeys.find((key: { kind: string }) => key.kind === 'secret').key;
  const refused = await ask('POST', '/admin/tenants', { 'x-api-key': secret }, { customer: 'third' });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
  const seen = (await ask('GET', '/admin/tenants', { 'x-api-key': secret })).body.tenants;
  expect(seen.map(({ customer }: { customer: string }) => customer)).toEqual(['other']);
});
