import { defineEndpoint, RecognizeError } from '@openrecognize/contracts';
import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { createService, type Service } from '../service.ts';
import { registerEndpoint } from './register-endpoint.ts';
import { serviceKeyGuard } from './service-key-guard.ts';

const renameThing = defineEndpoint({
  method: 'PUT',
  path: '/things/:thingId',
  summary: 'Renames a thing',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ thingId: Type.String({ minLength: 2 }) }),
  query: Type.Object({ times: Type.Integer() }),
  body: Type.Object({ name: Type.String() }),
  status: 201,
  response: Type.Object({ id: Type.String(), name: Type.String() }),
  errors: ['NOT_FOUND'],
});
const readBlob = defineEndpoint({
  method: 'POST',
  path: '/blobs',
  summary: 'Doubles bytes',
  auth: 'public',
  idempotent: true,
  body: 'bytes',
  status: 200,
  response: 'bytes',
  errors: [],
});
const dropThing = defineEndpoint({
  method: 'DELETE',
  path: '/things/:thingId',
  summary: 'Drops a thing',
  auth: 'public',
  idempotent: true,
  status: 204,
  response: 'empty',
  errors: [],
});

describe('registerEndpoint', () => {
  let service: Service;
  afterEach(() => service.close());
  const start = async () => {
    service = await createService({ name: 'sample', nodeEnv: 'production', logging: { level: 'silent' } });
    return service.app;
  };

  it('gives the handler typed parts and answers with the status of the contract', async () => {
    const app = await start();
    const guards = { 'service-key': serviceKeyGuard('key') };
    registerEndpoint(app, guards, renameThing, async ({ params, query, body }) => ({
      id: params.thingId,
      name: body.name.repeat(query.times),
    }));
    const call = (authorization: string) =>
      app.inject({
        method: 'PUT',
        url: '/things/t1?times=2',
        headers: { authorization },
        payload: { name: 'ab' },
      });
    const response = await call('Bearer key');
    expect(response.statusCode).toBe(201);
    expect(response.json()).toEqual({ id: 't1', name: 'abab' });
    expect((await call('Bearer other')).json()).toMatchObject({ error: { code: 'SERVICE_KEY_INVALID' } });
  });

  it.each(['1.5', '', '1e2', '0x10', 'true', '%201', '2,3', '2&times=3', 'NaN', '99999999999999999999'])(
    'refuses %s for an integer of the query',
    async (times) => {
      const app = await start();
      const list = defineEndpoint({
        method: 'GET',
        path: '/things',
        summary: 'Lists things',
        auth: 'public',
        idempotent: true,
        query: Type.Object({
          times: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 3 }),
          ratio: Type.Optional(Type.Number()),
        }),
        status: 200,
        response: Type.Object({ times: Type.Integer(), ratio: Type.Optional(Type.Number()) }),
        errors: [],
      });
      registerEndpoint(app, {}, list, async ({ query }) => query);
      const read = async (query: string) => (await app.inject(`/things?${query}`)).json();
      expect(await read(`times=${times}`)).toMatchObject({ error: { code: 'BAD_REQUEST' } });
      expect(await read(`times=4&ratio=${times === '1.5' ? 'half' : ''}`)).toMatchObject({
        error: { code: 'BAD_REQUEST' },
      });
      expect(await read('times=12&ratio=-1.5')).toEqual({ times: 12, ratio: -1.5 });
      expect(await read('')).toEqual({ times: 3 });
    },
  );

  it('carries raw bytes both ways', async () => {
    const app = await start();
    registerEndpoint(app, {}, readBlob, async ({ body }) => body.map((byte) => byte * 2));
    const response = await app.inject({
      method: 'POST',
      url: '/blobs',
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.from([1, 2, 3]),
    });
    expect([...response.rawPayload]).toEqual([2, 4, 6]);
    const document = (await app.inject('/openapi.json')).json();
    expect(document.paths['/blobs'].post.requestBody.content).toHaveProperty('application/octet-stream');
  });

  it('answers 204 with no body', async () => {
    const app = await start();
    registerEndpoint(app, {}, dropThing, async () => undefined);
    const response = await app.inject({ method: 'DELETE', url: '/things/1' });
    expect(response.statusCode).toBe(204);
    expect(response.body).toBe('');
  });

  it('passes errors of the handler on', async () => {
    const app = await start();
    registerEndpoint(app, {}, dropThing, async () => {
      throw new RecognizeError('NOT_FOUND');
    });
    expect((await app.inject({ method: 'DELETE', url: '/things/1' })).statusCode).toBe(404);
  });

  it('does not mount a protected endpoint without a guard', async () => {
    const app = await start();
    expect(() => registerEndpoint(app, {}, renameThing, async () => ({ id: '', name: '' }))).toThrow(
      /needs a guard/,
    );
  });
});
