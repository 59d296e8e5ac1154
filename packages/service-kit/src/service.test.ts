import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';
import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { serviceKeyGuard } from './http/service-key-guard.ts';
import { BinaryBody } from './http/validation.ts';
import { createService, type Service, type ServiceOptions } from './service.ts';

const opened: Service[] = [];
afterEach(async () => {
  for (const service of opened.splice(0)) await service.close();
});

const start = async (options: Partial<ServiceOptions> = {}) => {
  const lines: string[] = [];
  const service = await createService({
    name: 'sample-service',
    nodeEnv: 'production',
    logging: { stream: { write: (line: string) => lines.push(line) } },
    ...options,
  });
  opened.push(service);
  return { service, app: service.app, lines, logged: () => lines.map((line) => JSON.parse(line)) };
};

const listen = async (service: Service): Promise<number> => {
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  return (service.app.server.address() as AddressInfo).port;
};

const errorOf = (response: { json: () => unknown }) =>
  (response.json() as { error: Record<string, unknown> }).error;

describe('request ids', () => {
  it('echoes a well-formed x-request-id and puts it into error bodies', async () => {
    const { app } = await start();
    const response = await app.inject({ url: '/nowhere', headers: { 'x-request-id': 'trace-0123456789' } });
    expect(response.headers['x-request-id']).toBe('trace-0123456789');
    expect(errorOf(response)['requestId']).toBe('trace-0123456789');
  });

  it.each(['short', 'has space in it', 'line\u00ffbreak00', 'x'.repeat(65), '<script>alert'])(
    'replaces the ill-formed id %j',
    async (offered) => {
      const { app } = await start();
      const response = await app.inject({ url: '/nowhere', headers: { 'x-request-id': offered } });
      expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('error mapping', () => {
  it('sends a RecognizeError with its status, number, details and Retry-After, without its cause', async () => {
    const { app } = await start();
    app.get('/locked', async () => {
      throw new RecognizeError('LOCKED_OUT', {
        details: { lockoutRemainingSeconds: 599.2 },
        cause: new Error('inner secret'),
      });
    });
    const response = await app.inject('/locked');
    expect(response.statusCode).toBe(423);
    expect(response.headers['retry-after']).toBe('600');
    expect(errorOf(response)).toMatchObject({
      code: 'LOCKED_OUT',
      number: 523,
      details: { lockoutRemainingSeconds: 599.2 },
    });
    expect(response.body).not.toContain('inner secret');
  });

  it('turns an unknown error into INTERNAL_ERROR and logs where it arose, without its values', async () => {
    const { app, logged, lines } = await start();
    app.get('/broken', async () => {
      throw new TypeError('no user "alice@example.org" with key 4f2a9c0d7b1e4f2a9c0d7b1e');
    });
    const response = await app.inject('/broken');
    expect(response.statusCode).toBe(500);
    expect(errorOf(response)['code']).toBe('INTERNAL_ERROR');
    expect(response.body).not.toContain('alice');
    const failure = logged().find(({ level }) => level === 'error');
    expect(failure.err.name).toBe('TypeError');
    expect(failure.err.stack[0]).toContain('service.test.ts');
    expect(lines.join('')).not.toMatch(/alice|4f2a9c0d7b1e/);
  });

  it('names the schema path and the rule of a bad body, and neither value nor unknown keys', async () => {
    const { app, lines } = await start();
    const body = Type.Object(
      {
        user: Type.Object({ id: Type.String({ minLength: 4 }) }),
        tags: Type.Record(Type.String(), Type.Integer()),
      },
      { additionalProperties: false },
    );
    app.post('/users', { schema: { body } }, async () => ({}));
    const post = (payload: object) => app.inject({ method: 'POST', url: '/users', payload });

    const short = await post({ user: { id: 'bad' }, tags: {} });
    expect(short.statusCode).toBe(400);
    expect(errorOf(short)).toMatchObject({
      code: 'BAD_REQUEST',
      details: { path: 'body.user.id', rule: 'minLength' },
    });
    const missing = await post({ user: {}, tags: {} });
    expect(errorOf(missing)['details']).toEqual({ path: 'body.user', rule: 'required', missing: ['id'] });
    const key = await post({ user: { id: 'good' }, tags: { 'secret-key': 'x' } });
    expect(errorOf(key)['details']).toEqual({ path: 'body.tags.*', rule: 'type' });
    const extra = await post({ user: { id: 'good' }, tags: {}, 'secret-key': 1 });
    expect(errorOf(extra)['details']).toEqual({ path: 'body', rule: 'additionalProperties' });
    for (const response of [short, missing, key, extra]) expect(response.body).not.toMatch(/bad"|secret-key/);
    expect(lines.join('')).not.toContain('secret-key');
  });

  it('converts query values to their schema and refuses what does not convert', async () => {
    const { app } = await start();
    const querystring = Type.Object({ limit: Type.Integer({ minimum: 1, default: 20 }) });
    app.get('/list', { schema: { querystring } }, async (request) => ({ limit: request.query.limit }));
    expect((await app.inject('/list?limit=7')).json()).toEqual({ limit: 7 });
    expect((await app.inject('/list')).json()).toEqual({ limit: 20 });
    expect(errorOf(await app.inject('/list?limit=x'))['code']).toBe('BAD_REQUEST');
  });

  it('answers 404 for an unknown path and 405 with Allow for an unknown method', async () => {
    const { app } = await start();
    app.get('/things/:id', async () => ({}));
    app.delete('/things/:id', async () => ({}));
    expect(errorOf(await app.inject('/nothing'))['code']).toBe('NOT_FOUND');
    const response = await app.inject({ method: 'PUT', url: '/things/7?x=1' });
    expect(response.statusCode).toBe(405);
    expect(errorOf(response)['code']).toBe('METHOD_NOT_ALLOWED');
    expect(response.headers['allow']).toBe('DELETE, GET, HEAD');
    expect(errorOf(await app.inject({ method: 'PUT', url: '/things/7/8' }))['code']).toBe('NOT_FOUND');
  });

  it.each([
    [
      'a body over the limit',
      'application/json',
      JSON.stringify({ text: 'x'.repeat(300) }),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['a media type nobody reads', 'text/plain', 'hello', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is no JSON', 'application/json', '{"a":', 400, 'BAD_REQUEST'],
    ['a body that poisons prototypes', 'application/json', '{"__proto__":{"a":1}}', 400, 'BAD_REQUEST'],
  ])('refuses %s', async (_what, contentType, payload, status, code) => {
    const { app } = await start({ bodyLimitBytes: 256 });
    app.post('/things', async () => ({}));
    const response = await app.inject({
      method: 'POST',
      url: '/things',
      headers: { 'content-type': contentType },
      payload,
    });
    expect(response.statusCode).toBe(status);
    expect(errorOf(response)['code']).toBe(code);
  });

  it('answers a malformed URL and bytes that are no HTTP with BAD_REQUEST', async () => {
    const { app, service } = await start();
    app.get('/things/:id', async () => ({}));
    expect(errorOf(await app.inject('/things/%E0%A4%A'))['code']).toBe('BAD_REQUEST');

    const port = await listen(service);
    const raw = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    expect(raw).toMatch(/^HTTP\/1.1 400 /);
    expect(raw).toContain('"code":"BAD_REQUEST"');
  });

  it('refuses to send an answer that does not fit the schema of its route', async () => {
    const { app, logged } = await start();
    const response = { 200: Type.Object({ count: Type.Integer() }) };
    app.get('/count', { schema: { response } }, async () => ({ count: 'private text' }) as never);
    const answer = await app.inject('/count');
    expect(answer.statusCode).toBe(500);
    expect(errorOf(answer)['code']).toBe('INTERNAL_ERROR');
    expect(answer.body).not.toContain('private text');
    expect(logged().find(({ level }) => level === 'error').err.message).toContain('response.count type');
  });

  it('drops properties the response schema does not know', async () => {
    const { app } = await start();
    const response = { 200: Type.Object({ id: Type.String() }) };
    app.get('/user', { schema: { response } }, async () => ({ id: 'u', passwordHash: 'h' }));
    expect((await app.inject('/user')).json()).toEqual({ id: 'u' });
  });
});

describe('binary bodies', () => {
  it('hands an octet-stream body to the handler as Uint8Array and sends one back', async () => {
    const { app } = await start();
    app.post(
      '/reverse',
      { schema: { body: BinaryBody, consumes: ['application/octet-stream'] } },
      async (request, reply) => {
        expect(Buffer.isBuffer(request.body)).toBe(false);
        return reply.send(Uint8Array.from(request.body).reverse());
      },
    );
    const response = await app.inject({
      method: 'POST',
      url: '/reverse',
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.from([1, 2, 250]),
    });
    expect([...response.rawPayload]).toEqual([250, 2, 1]);
    expect(response.headers['content-type']).toBe('application/octet-stream');
    const json = await app.inject({ method: 'POST', url: '/reverse', payload: { a: 1 } });
    expect(errorOf(json)).toMatchObject({ code: 'BAD_REQUEST', details: { path: 'body', rule: 'format' } });
  });
});

describe('health and metrics', () => {
  it('is ready only while all probes pass, and names those that fail', async () => {
    const { app, service } = await start({ readiness: { probeTimeoutMs: 50 } });
    let databaseUp = true;
    service.readiness.add('database', () => {
      if (!databaseUp) throw new Error('down');
    });
    service.readiness.add('key-store', async () => {});
    expect((await app.inject('/health/ready')).json()).toEqual({
      status: 'ready',
      checks: { database: 'ok', 'key-store': 'ok' },
      failed: [],
    });
    databaseUp = false;
    service.readiness.add('slow', () => new Promise(() => {}));
    const response = await app.inject('/health/ready');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: 'unavailable', failed: ['database', 'slow'] });
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });

  it('counts requests by route pattern and error logs, and keeps ids out of labels and logs', async () => {
    const { app, lines } = await start();
    app.get('/users/:userId', async () => ({}));
    app.get('/broken', async () => {
      throw new Error('x');
    });
    await app.inject('/users/user-4711');
    await app.inject('/broken');
    await app.inject('/secret/path');
    const text = (await app.inject('/metrics')).body;
    expect(text).toMatch(
      /openrecognize_http_request_duration_seconds_count\{service="sample-service",method="GET",route="\/users\/:userId",status="200"\} 1/,
    );
    expect(text).toMatch(/duration_seconds_count\{[^}]*route="unmatched",status="404"\} 1/);
    expect(text).toMatch(/openrecognize_error_logs_total\{service="sample-service"\} 1/);
    expect(text).toContain('openrecognize_start_failures_total{service="sample-service"} 0');
    expect(text).toContain('openrecognize_http_requests_in_flight{service="sample-service"} 1');
    expect(text).toContain('process_cpu_seconds_total');
    expect(`${text}${lines.join('')}`).not.toMatch(/4711|secret\/path/);
  });
});

describe('service key', () => {
  it('lets through the bearer of the key alone', async () => {
    const { app } = await start();
    app.get('/internal', { preHandler: serviceKeyGuard('k'.repeat(32)) }, async () => ({ ok: true }));
    const get = (authorization?: string) =>
      app.inject({ url: '/internal', headers: authorization === undefined ? {} : { authorization } });
    expect((await get(`Bearer ${'k'.repeat(32)}`)).statusCode).toBe(200);
    for (const wrong of [
      undefined,
      '',
      'Bearer ',
      `Bearer ${'k'.repeat(31)}`,
      `Basic ${'k'.repeat(32)}`,
      'k'.repeat(32),
    ]) {
      const response = await get(wrong);
      expect(response.statusCode).toBe(401);
      expect(errorOf(response)['code']).toBe('SERVICE_KEY_INVALID');
    }
  });

  it('cannot be made from an empty key', () => {
    expect(() => serviceKeyGuard('')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('OpenAPI', () => {
  it('describes the routes in version 3.1 with the common error body', async () => {
    const { app } = await start();
    const body = Type.Object({ name: Type.String() });
    app.post(
      '/things',
      { schema: { body, response: { 200: Type.Object({ id: Type.String() }) } } },
      async () => ({
        id: 'x',
      }),
    );
    const document = (await app.inject('/openapi.json')).json() as Record<string, never>;
    expect(document['openapi']).toBe('3.1.0');
    const operation = document['paths']['/things']['post'] as Record<string, never>;
    expect(operation['requestBody']['content']['application/json']['schema']).toMatchObject({
      required: ['name'],
    });
    const failure = operation['responses']['default']['content']['application/json']['schema'];
    expect(failure['properties']['error']['properties']).toHaveProperty('requestId');
    expect(Object.keys(document['paths'])).toEqual(['/things']);
  });

  it('serves the browsable page outside production only', async () => {
    const production = await start();
    expect((await production.app.inject('/docs/')).statusCode).toBe(404);
    const development = await start({ nodeEnv: 'development' });
    expect((await development.app.inject('/docs/')).statusCode).toBe(200);
  });
});

describe('close', () => {
  it('turns unready at once, finishes requests in flight, then runs the closers, last first', async () => {
    const { service, app } = await start();
    const events: string[] = [];
    let release = (): void => {};
    const entered = new Promise<void>((resolve) => {
      app.get('/slow', async () => {
        resolve();
        await new Promise<void>((done) => {
          release = done;
        });
        events.push('answered');
        return { ok: true };
      });
    });
    service.onClose('pool', () => void events.push('pool'));
    service.onClose('worker', () => void events.push('worker'));
    const port = await listen(service);
    const slow = fetch(`http://127.0.0.1:${port}/slow`);
    await entered;
    const closed = service.close();
    expect((await service.readiness.check()).status).toBe('draining');
    expect(events).toEqual([]);
    release();
    expect(await (await slow).json()).toEqual({ ok: true });
    await closed;
    expect(events).toEqual(['answered', 'worker', 'pool']);
    await expect(fetch(`http://127.0.0.1:${port}/slow`)).rejects.toThrow();
  });

  it('cuts off requests that outlast the drain timeout', async () => {
    const { service, app } = await start();
    const entered = new Promise<void>((resolve) => {
      app.get('/stuck', () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const port = await listen(service);
    const stuck = fetch(`http://127.0.0.1:${port}/stuck`).catch((error: unknown) => error);
    await entered;
    await service.close(50);
    expect(await stuck).toBeInstanceOf(Error);
  });
});
