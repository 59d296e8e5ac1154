import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';
import { Type } from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createHttpClient,
  type HttpCallFailure,
  type HttpClient,
  type HttpClientOptions,
} from './http-client.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

type Respond = (request: Received, response: ServerResponse, attempt: number) => void;

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const closeServer = (server: Server): Promise<unknown> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

const start = async (respond: Respond, options: Partial<HttpClientOptions> = {}) => {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: Buffer.concat(chunks) };
    received.push(entry);
    sockets.add(request.socket);
    respond(entry, response, received.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => closeServer(server));
  const failures: HttpCallFailure[] = [];
  const client = createHttpClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
    onFailure: (failure) => failures.push(failure),
    ...options,
  });
  cleanUps.push(() => client.close());
  return { client, received, failures, sockets, server };
};

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const Thing = Type.Object({ id: Type.String() });
const get = (client: HttpClient, idempotent = false) =>
  client.call({ method: 'GET', path: '/things', response: Thing, idempotent });

describe('a call', () => {
  it('sends path, query, headers, key, request id and JSON, and yields the checked answer', async () => {
    const { client, received } = await start((_, response) => sendJson(response, 200, { id: 'x' }), {
      serviceKey: 'key-1',
      defaultHeaders: { 'x-tenant': 't', 'x-replaced': 'standing' },
    });
    const answer: { id: string } = await client.call({
      method: 'POST',
      path: '/things/:thingId/parts',
      params: { thingId: 'a/b c' },
      query: { limit: 5, exact: true, absent: undefined },
      headers: { 'x-extra': 'e', 'x-absent': undefined, 'x-replaced': 'by the call' },
      json: { name: 'ü' },
      response: Thing,
      requestId: 'request-0001',
    });
    expect(answer).toEqual({ id: 'x' });
    expect(received[0]).toMatchObject({
      method: 'POST',
      url: '/base/things/a%2Fb%20c/parts?limit=5&exact=true',
      headers: {
        authorization: 'Bearer key-1',
        'x-tenant': 't',
        'x-extra': 'e',
        'x-replaced': 'by the call',
        'x-request-id': 'request-0001',
        'content-type': 'application/json',
      },
    });
    expect(JSON.parse(received[0]!.body.toString())).toEqual({ name: 'ü' });
    expect(received[0]!.headers).not.toHaveProperty('x-absent');
  });

  it('carries bytes both ways, over one kept-alive connection', async () => {
    const { client, sockets } = await start(
      (request, response) => {
        expect(request.headers['content-type']).toBe('application/octet-stream');
        response.writeHead(200).end(Buffer.from(request.body).reverse());
      },
      { connections: 1 },
    );
    for (let i = 0; i < 3; i++) {
      const answer = await client.call({
        method: 'PUT',
        path: '/blob',
        bytes: Uint8Array.from([1, 2, 255]),
        response: 'bytes',
      });
      expect(answer).toEqual(Uint8Array.from([255, 2, 1]));
    }
    expect(sockets.size).toBe(1);
  });

  it('puts together an answer that comes in parts', async () => {
    const { client } = await start((_, response) => {
      response.writeHead(200).write(Uint8Array.from([1, 2]));
      setTimeout(() => response.end(Uint8Array.from([3])), 20);
    });
    const answer = await client.call({ method: 'GET', path: '/blob', response: 'bytes' });
    expect(answer).toEqual(Uint8Array.from([1, 2, 3]));
  });

  it('yields nothing for an empty answer', async () => {
    const { client } = await start((_, response) => response.writeHead(204).end());
    expect(await client.call({ method: 'DELETE', path: '/x', response: 'empty' })).toBeUndefined();
  });
});

describe('a failed call', () => {
  it('yields the error the server sent, with its details, and reports it once', async () => {
    const sent = new RecognizeError('LOCKED_OUT', { details: { lockoutRemainingSeconds: 12 } });
    const { client, failures } = await start((_, response) => sendJson(response, 423, sent.toJSON()));
    await expect(get(client)).rejects.toMatchObject({
      code: 'LOCKED_OUT',
      details: { lockoutRemainingSeconds: 12 },
    });
    expect(failures).toMatchObject([
      { method: 'GET', path: '/things', status: 423, error: { code: 'LOCKED_OUT' } },
    ]);
  });

  it.each([
    [502, 'SERVICE_UNAVAILABLE'],
    [503, 'SERVICE_UNAVAILABLE'],
    [504, 'SERVICE_TIMEOUT'],
    [500, 'UNKNOWN_ERROR'],
    [302, 'UNKNOWN_ERROR'],
  ])('reads a %d without an error body as %s', async (status, code) => {
    const { client } = await start((_, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end('<html>'),
    );
    await expect(get(client)).rejects.toMatchObject({ code });
  });

  it.each([
    ['is not of its schema', '{"id":7}'],
    ['is no JSON', '{"id":'],
    ['is no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('does not take an answer that %s', async (_what, body) => {
    const { client } = await start((_, response) => response.writeHead(200).end(body));
    await expect(get(client)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
  });

  it('does not take an answer over the size limit', async () => {
    const { client } = await start((_, response) => response.writeHead(200).end(Buffer.alloc(2000)), {
      maxResponseBytes: 1000,
    });
    const call = client.call({ method: 'GET', path: '/', response: 'bytes', idempotent: true });
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
  });

  it('ends at its deadline, whether no headers or only a part of the body came', async () => {
    const silent = await start(() => {});
    const call = { method: 'GET', path: '/', response: Thing, timeoutMs: 100, idempotent: true } as const;
    const before = Date.now();
    await expect(silent.client.call(call)).rejects.toMatchObject({
      code: 'SERVICE_TIMEOUT',
      retryable: true,
    });
    // Long before the deadline of the client.
    expect(Date.now() - before).toBeLessThan(4_000);
    const halting = await start((_, response) => response.writeHead(200).write('{"id"'));
    await expect(halting.client.call(call)).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' });
  });

  it('ends at its deadline while it waits for a connection, and is never sent', async () => {
    const { client, received } = await start(
      (_, response) => setTimeout(() => sendJson(response, 200, { id: 'slow' }), 150),
      { connections: 1 },
    );
    const first = get(client);
    const waiting = client.call({ method: 'GET', path: '/', response: Thing, timeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' });
    expect(await first).toEqual({ id: 'slow' });
    expect(await get(client)).toEqual({ id: 'slow' });
    expect(received.map(({ url }) => url)).toEqual(['/base/things', '/base/things']);
  });

  it('without a server is SERVICE_UNAVAILABLE', async () => {
    const { client, server } = await start(() => {});
    await closeServer(server);
    await expect(get(client)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryable: true });
  });

  it('does not send a path with a hole in it', async () => {
    const { client, received } = await start((_, response) => response.end());
    const call = client.call({
      method: 'GET',
      path: '/users/:userId',
      params: { userId: '' },
      response: 'empty',
    });
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(received).toHaveLength(0);
  });
});

describe('retries', () => {
  const busyTwice: Respond = (_, response, attempt) =>
    attempt < 3
      ? sendJson(response, 503, new RecognizeError('STORAGE_UNAVAILABLE').toJSON())
      : sendJson(response, 200, { id: 'third' });

  it('repeat an idempotent call on 503, at most twice', async () => {
    const { client, received } = await start(busyTwice);
    expect(await get(client, true)).toEqual({ id: 'third' });
    expect(received).toHaveLength(3);

    const always = await start((_, response) =>
      sendJson(response, 503, new RecognizeError('STORAGE_UNAVAILABLE').toJSON()),
    );
    await expect(get(always.client, true)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(always.received).toHaveLength(3);
  });

  it('carry the id of the call, given or not', async () => {
    const { client, received } = await start(busyTwice);
    await get(client, true);
    const ids = received.map(({ headers }) => headers['x-request-id']);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(1);
  });

  it('repeat an idempotent call whose connection broke', async () => {
    const { client, received } = await start((_, response, attempt) => {
      if (attempt === 1) response.socket?.destroy();
      else sendJson(response, 200, { id: 'second' });
    });
    expect(await get(client, true)).toEqual({ id: 'second' });
    expect(received).toHaveLength(2);
  });

  it('never repeat a call that is not idempotent, nor one that was refused', async () => {
    const { client, received } = await start(busyTwice);
    await expect(get(client)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(received).toHaveLength(1);

    const broken = await start((_, response) => response.socket?.destroy());
    await expect(get(broken.client)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(broken.received).toHaveLength(1);

    const refused = await start((_, response) =>
      sendJson(response, 409, new RecognizeError('CONFLICT').toJSON()),
    );
    await expect(get(refused.client, true)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(refused.received).toHaveLength(1);
  });

  it('end with the deadline of the whole call', async () => {
    const { client, received } = await start((_, response) => response.writeHead(503).end());
    const call = { method: 'GET', path: '/', response: 'empty', idempotent: true, timeoutMs: 30 } as const;
    await expect(client.call(call)).rejects.toMatchObject({ code: expect.stringMatching(/SERVICE_/) });
    expect(received.length).toBeLessThan(3);
  });
});
