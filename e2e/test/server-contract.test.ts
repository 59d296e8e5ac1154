import { createPublicKey, verify } from 'node:crypto';
import type { ServiceName } from '@openrecognize/all-in-one';
import type { EndpointShape } from '@openrecognize/contracts';
import * as contracts from '@openrecognize/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  enrollSyntheticDevice,
  type KnownValues,
  type SampleRequest,
  type SyntheticDevice,
  sampleRequest,
  startTestStack,
  type TestStack,
} from '../src/index.ts';

const {
  authVaultEndpoints,
  circuitStorageEndpoints,
  coreDaemonDeviceEndpoints,
  coreDaemonEndpoints,
  coreDaemonServerApiEndpoints,
  nodePersistenceAdministrationEndpoints,
  nodePersistenceEndpoints,
  nodePersistenceServerApiEndpoints,
  nodePersistenceWebhookEndpoints,
  operationsServiceEndpoints,
  serverApiEndpoints,
} = contracts;

type Group = Readonly<Record<string, EndpointShape>>;

/** The server API, row by row. */
const rows: Group = { ...operationsServiceEndpoints, ...serverApiEndpoints };
const byService: Readonly<Partial<Record<ServiceName, Group>>> = {
  'operations-service': rows,
  'core-daemon': { ...coreDaemonEndpoints, ...coreDaemonDeviceEndpoints, ...coreDaemonServerApiEndpoints },
  'auth-vault': authVaultEndpoints,
  'circuit-storage': circuitStorageEndpoints,
  'node-persistence': {
    ...nodePersistenceEndpoints,
    ...nodePersistenceServerApiEndpoints,
    ...nodePersistenceAdministrationEndpoints,
    ...nodePersistenceWebhookEndpoints,
  },
};

let stack: TestStack;
let device: SyntheticDevice;
let jwt: string;
const externalUserId = 'Zoë of the contract';

beforeAll(async () => {
  stack = await startTestStack();
  const { coreDaemonUrl, mobileApiKey } = stack.tenant;
  device = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { externalUserId });
  jwt = (await device.authenticate()).signedJwt!;
});
afterAll(async () => {
  await device?.close();
  await stack?.dispose();
});

interface Answer {
  readonly status: number;
  readonly code?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about
  readonly body: any;
}

const sendTo = async (
  service: ServiceName,
  { method, path, headers, body }: SampleRequest,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const answer = await fetch(`${stack.urlOf(service)}${path}`, {
    method,
    headers: { ...headers, ...more },
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  const text = await answer.text();
  const parsed = text === '' ? undefined : JSON.parse(text);
  return { status: answer.status, code: parsed?.error?.code, body: parsed };
};
const asServer = (
  endpoint: EndpointShape,
  known: KnownValues = {},
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  sendTo('operations-service', sampleRequest(endpoint, known), {
    'x-api-key': stack.tenant.secretApiKey,
    ...more,
  });
const named = (group: Group) => Object.entries(group).map(([name, endpoint]) => [name, endpoint] as const);

describe.each(Object.entries(byService) as [ServiceName, Group][])(
  'the credentials of %s',
  (service, group) => {
    const guarded = named(group).filter(([, { auth }]) => auth !== 'public');

    it.each(guarded)(
      '%s: 401 without, with an unknown one, and with one of another kind; it says which kind it takes',
      async (_name, endpoint) => {
        const request = sampleRequest(endpoint);
        const { mobileApiKey, secretApiKey, downloadKey } = stack.tenant;
        if (endpoint.auth === 'service-key') {
          const wrong = ['', 'Bearer ', `Bearer ${secretApiKey}`, stack.secrets.serviceKey];
          for (const authorization of wrong) {
            const answer = await sendTo(service, request, authorization === '' ? {} : { authorization });
            expect(answer).toMatchObject({ status: 401, code: 'SERVICE_KEY_INVALID' });
          }
          const keyed = await sendTo(service, request, { 'x-api-key': secretApiKey });
          expect(keyed.status).toBe(401);
          return;
        }
        const requiredKind = endpoint.auth === 'mobile-key' ? 'mobile' : 'secret';
        for (const [key, code] of [
          ['', 'API_KEY_MISSING'],
          ['guess', 'API_KEY_INVALID'],
          [requiredKind === 'mobile' ? secretApiKey : mobileApiKey, 'API_KEY_WRONG_KIND'],
          [downloadKey, 'API_KEY_WRONG_KIND'],
        ] as const) {
          const answer = await sendTo(service, request, key === '' ? {} : { 'x-api-key': key });
          expect(answer).toMatchObject({ status: 401, code });
          expect(answer.body.error.details).toEqual({ requiredKind });
        }
      },
    );
  },
);

describe('the statuses of the server API', () => {
  const keyed = named(rows).filter(([, { auth }]) => auth === 'secret-key');
  const withBody = keyed.filter(([, { body }]) => body !== undefined);

  it.each(keyed)('%s: 406 for a caller who takes no JSON', async (_name, endpoint) => {
    expect(await asServer(endpoint, {}, { accept: 'text/html' })).toMatchObject({
      status: 406,
      code: 'NOT_ACCEPTABLE',
    });
  });

  it.each(withBody)(
    '%s: 415 for a body that is no JSON, 400 for one that is broken',
    async (_name, endpoint) => {
      const plain = { 'content-type': 'text/plain' };
      expect(await asServer(endpoint, {}, plain)).toMatchObject({
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
      });
      const sample = sampleRequest(endpoint);
      for (const body of ['{"a":', '[]', '{"unknown":1}']) {
        const answer = await sendTo(
          'operations-service',
          { ...sample, body },
          { 'x-api-key': stack.tenant.secretApiKey },
        );
        expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      }
    },
  );

  it.each(keyed.filter(([, { errors }]) => errors.includes('USER_NOT_FOUND')))(
    '%s: 404 for an unknown user, 400 for an id of another form',
    async (_name, endpoint) => {
      expect(await asServer(endpoint)).toMatchObject({ status: 404, code: 'USER_NOT_FOUND' });
      expect(await asServer(endpoint, { userId: 'somebody' })).toMatchObject({
        status: 400,
        code: 'BAD_REQUEST',
      });
    },
  );

  it('404 for an unknown operation, uncommitted user, device and customer', async () => {
    const { userId } = device;
    const { publicSigningKey: _own, ...rest } = { publicSigningKey: '', userId };
    expect(await asServer(rows['readOperationById']!)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await asServer(rows['commitUncommittedUser']!)).toMatchObject({ code: 'ENROLLMENT_NOT_FOUND' });
    expect(await asServer(rows['deleteUserDevice']!, rest)).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    expect(await asServer(rows['customerJwks']!)).toMatchObject({ status: 404, code: 'CUSTOMER_NOT_FOUND' });
  });

  it('409 for a second external user id, one that is taken, and an operation id that was used', async () => {
    const { coreDaemonUrl, mobileApiKey } = stack.tenant;
    const other = await enrollSyntheticDevice(coreDaemonUrl, mobileApiKey);
    const conflict = { status: 409, code: 'CONFLICT' };
    expect(
      await asServer(rows['postExternalUser']!, { userId: device.userId, externalUserId: 'x' }),
    ).toMatchObject(conflict);
    const taken = { userId: other.userId, externalUserId };
    expect(await asServer(rows['postExternalUser']!, taken)).toMatchObject(conflict);
    expect(await asServer(rows['patchExternalUser']!, taken)).toMatchObject(conflict);
    const operation = { userId: device.userId, operationId: 'used once' };
    expect(await asServer(rows['createOperation']!, operation)).toMatchObject({ status: 200 });
    for (const userId of [device.userId, other.userId]) {
      const again = await asServer(rows['createOperation']!, { ...operation, userId });
      expect(again).toMatchObject({ status: 409, code: 'OPERATION_ALREADY_EXISTS' });
    }
    await other.close();
  });

  it('what may be repeated gives the same answer again', async () => {
    const { userId } = device;
    const patch = () => asServer(rows['patchExternalUser']!, { userId, externalUserId });
    expect((await patch()).body).toEqual((await patch()).body);
    const remove = () => asServer(rows['deleteExternalUser']!, { externalUserId: 'nobody at all' });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
  });
});

describe('pages', () => {
  it.each(['listUserAuthentications', 'listExternalUserAuthentications', 'listUserPendingOperations'])(
    '%s: sizes from 1 to 100 and pages from 0 are taken, others are 400',
    async (name) => {
      const known = { userId: device.userId, externalUserId };
      for (const query of [{ size: 1 }, { size: 100 }, { page: 0 }, { page: 1_000_000 }]) {
        expect(await asServer(rows[name]!, { ...known, ...query })).toMatchObject({ status: 200 });
      }
      for (const query of [{ size: 0 }, { size: 101 }, { size: 'many' }, { page: -1 }, { page: 1_000_001 }]) {
        expect(await asServer(rows[name]!, { ...known, ...query })).toMatchObject({ status: 400 });
      }
    },
  );

  it('of users follow each other without a gap, whatever their size', async () => {
    const { coreDaemonUrl, mobileApiKey } = stack.tenant;
    const more = await Promise.all(
      Array.from({ length: 4 }, () =>
        enrollSyntheticDevice(coreDaemonUrl, mobileApiKey, { circuitCount: 1 }),
      ),
    );
    const seen: string[] = [];
    for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages++) {
      const { status, body } = await asServer(rows['listUsersByIntegrator']!, {
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      expect(status).toBe(200);
      expect(body.users.length).toBeLessThanOrEqual(2);
      seen.push(...body.users.map(({ userId }: { userId: string }) => userId));
      after = body.next;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining(more.map(({ userId }) => userId)));
    for (const limit of [0, 201]) {
      expect(await asServer(rows['listUsersByIntegrator']!, { limit })).toMatchObject({ status: 400 });
    }
    await Promise.all(more.map((one) => one.close()));
  });
});

describe('transaction JWTs', () => {
  it('verify against the public key, the key set, and the endpoint', async () => {
    const [head, claims, signature] = jwt.split('.');
    const header = JSON.parse(Buffer.from(head!, 'base64url').toString());
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'PIN/FACE' });
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toEqual({
      iat: expect.any(Number),
      td: '{"amount":"1.00"}',
      version: '1.1.0',
      sub: device.userId,
      external_user_id: externalUserId,
    });
    const pem = (await asServer(rows['verifyJwtPublicKey']!)).body.result;
    const jwks = (await asServer(rows['customerJwks']!, { customer: stack.tenant.customer })).body;
    const jwk = jwks.keys.find(({ kid }: { kid: string }) => kid === header.kid);
    expect(jwk).toMatchObject({ use: 'sig', alg: 'ES256', kty: 'EC', crv: 'P-256' });
    for (const key of [createPublicKey(pem), createPublicKey({ key: jwk, format: 'jwk' })]) {
      const signed = Buffer.from(`${head}.${claims}`);
      const options = { key, dsaEncoding: 'ieee-p1363' } as const;
      expect(verify('sha256', signed, options, Buffer.from(signature!, 'base64url'))).toBe(true);
    }
    expect(await asServer(rows['verifyJwt']!, { message: jwt })).toMatchObject({
      status: 200,
      body: { success: true },
    });
  });

  it('are refused with 400 when anything in them was changed', async () => {
    const [head, claims, signature] = jwt.split('.') as [string, string, string];
    const claim = Buffer.from(claims, 'base64url').toString().replace('1.00', '9.00');
    const none = Buffer.from('{"alg":"none","typ":"JWT","kid":"PIN/FACE"}').toString('base64url');
    for (const message of [
      `${head}.${Buffer.from(claim).toString('base64url')}.${signature}`,
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${head}.${claims}`,
      'a.b.c',
    ]) {
      expect(await asServer(rows['verifyJwt']!, { message })).toMatchObject({
        status: 400,
        code: 'JWT_INVALID',
      });
    }
  });
});
