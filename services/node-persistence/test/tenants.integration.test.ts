import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { nodePersistenceTenantAdministrationEndpoints } from '@openrecognize/contracts';
import type { Service } from '@openrecognize/service-kit';
import { createFakeClock } from '@openrecognize/testing';
import { useTestDatabase } from '@openrecognize/testing/vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, startTestService } from './service-fixture.ts';

const database = useTestDatabase();
const clock = createFakeClock();
const { path } = nodePersistenceTenantAdministrationEndpoints.addTenant;
const act = { actor: { kind: 'operator', id: randomUUID(), name: 'root' }, requestId: 'request-1' };
let service: Service;

beforeAll(async () => {
  service = await startTestService(database.url, clock.now);
});
afterAll(() => service?.close(0));

const newKeys = () =>
  (['download', 'mobile', 'secret'] as const).map((kind) => ({
    kind,
    keySha256: randomBytes(32).toString('base64'),
  }));
const add = (customer: string, apiKeys = newKeys()) =>
  call(service, 'POST', path, { act, customer, apiKeys });
const resolve = (keySha256: string) => call(service, 'POST', '/internal/v1/api-keys/resolve', { keySha256 });
const read = async (customer: string) =>
  (await call(service, 'GET', `/internal/v1/tenants/${customer}`)).body;
const trailOf = async (tenantId?: number) => {
  const of = tenantId === undefined ? '' : `&tenantId=${tenantId}`;
  return (await call(service, 'GET', `/internal/v1/administration/audit?limit=50${of}`)).body.entries;
};

it('a tenant begins with its keys and the settings of the installation, and both trails say so', async () => {
  const [customer, keys] = [`bank-${randomUUID()}`, newKeys()];
  const { status, body } = await add(customer, keys);
  expect(status).toBe(201);
  expect(body.tenant).toMatchObject({ customer, createdAtMs: clock.now() });
  const idOf = (keySha256: string) => Buffer.from(keySha256, 'base64').toString('hex').slice(0, 16);
  expect(body.apiKeys).toEqual(
    keys.map(({ kind, keySha256 }) => ({ kind, apiKeyId: idOf(keySha256), createdAtMs: clock.now() })),
  );
  const { tenantId, sdkCustomerId, settings } = await read(customer);
  expect(sdkCustomerId).toBe(body.tenant.sdkCustomerId);
  expect(settings).toMatchObject({
    lockoutFailures: 5,
    lockoutWindowSeconds: 600,
    lockoutSuspensionSeconds: 600,
  });
  for (const { kind, keySha256 } of keys) {
    expect((await resolve(keySha256)).body).toMatchObject({ kind, tenant: { customer } });
  }
  expect((await trailOf())[0]).toMatchObject({
    action: 'tenant.create',
    target: customer,
    actor: act.actor,
    after: { sdkCustomerId },
  });
  const own = await trailOf(tenantId);
  expect(own.map(({ action, target }: { action: string; target: string }) => [action, target])).toEqual(
    [...keys].reverse().map(({ keySha256 }) => ['api-key.create', idOf(keySha256)]),
  );
  const chains = await Promise.all(
    ['', `?tenantId=${tenantId}`].map((of) =>
      call(service, 'GET', `/internal/v1/administration/audit/verification${of}`),
    ),
  );
  expect(chains.map((chain) => chain.body.intact)).toEqual([true, true]);
});

it('a name is given once, whoever asks at the same time, and a refusal leaves nothing behind', async () => {
  const customer = `bank-${randomUUID()}`;
  const tries = await Promise.all(Array.from({ length: 6 }, () => add(customer)));
  expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  expect(tries.find(({ status }) => status === 409)!.body.error.code).toBe('CONFLICT');
  const { tenantId } = await read(customer);
  expect(await trailOf(tenantId)).toHaveLength(3);
  const creations = async () =>
    (await trailOf()).filter(({ target }: { target: string }) => target === customer).length;
  expect(await creations()).toBe(1);
  // A later refusal draws no customer number.
  const next = await add(`bank-${randomUUID()}`);
  await add(customer);
  const last = await add(`bank-${randomUUID()}`);
  expect(last.body.tenant.sdkCustomerId).toBe(next.body.tenant.sdkCustomerId + 1);
});

it('a key that another tenant has already refuses the tenant whole', async () => {
  const keys = newKeys();
  await add(`bank-${randomUUID()}`, keys);
  const customer = `bank-${randomUUID()}`;
  const before = (await trailOf()).length;
  const refused = await add(customer, [newKeys()[0]!, keys[2]!]);
  expect([refused.status, refused.body.error.code]).toEqual([409, 'CONFLICT']);
  expect((await read(customer)).error.code).toBe('CUSTOMER_NOT_FOUND');
  expect(await trailOf()).toHaveLength(before);
});

it('tenants are listed by name, or one alone by its id', async () => {
  const name = createHash('sha256').update('listed').digest('hex').slice(0, 8);
  for (const customer of [`${name}-b`, `${name}-a`]) await add(customer);
  const listed = async (query = '') =>
    (await call(service, 'GET', `${path}${query}`)).body.tenants.map(
      ({ customer }: { customer: string }) => customer,
    );
  const all = await listed();
  expect(all).toEqual([...all].sort());
  expect(all).toEqual(expect.arrayContaining([`${name}-a`, `${name}-b`]));
  const { tenantId } = await read(`${name}-a`);
  expect(await listed(`?tenantId=${tenantId}`)).toEqual([`${name}-a`]);
});
