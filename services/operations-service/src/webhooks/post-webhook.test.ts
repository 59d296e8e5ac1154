import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { postWebhook } from './post-webhook.ts';
import { createTargetPolicy } from './target-policy.ts';

const servers: Server[] = [];
const listen = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const targets = createTargetPolicy('127.0.0.0/8');
const post = (url: string, changes: Partial<Parameters<typeof postWebhook>[0]> = {}) =>
  postWebhook({ url, headers: { 'kl-signature': 's' }, body: '{}', timeoutMs: 2_000, targets, ...changes });

describe('posting an event', () => {
  it('sends body and headers and takes any 2xx for delivered', async () => {
    const seen: unknown[] = [];
    const port = await listen((request, response) => {
      request.on('data', (chunk) =>
        seen.push([request.method, request.headers['kl-signature'], String(chunk)]),
      );
      request.on('end', () => response.writeHead(204).end());
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ httpStatus: 204 });
    expect(await post(`http://localhost:${port}/`)).toEqual({ httpStatus: 204 });
    expect(seen).toEqual([
      ['POST', 's', '{}'],
      ['POST', 's', '{}'],
    ]);
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const port = await listen((_request, response) => {
      requests++;
      response.writeHead(307, { location: '/again' }).end();
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ httpStatus: 307, failure: 'redirect' });
    expect(requests).toBe(1);
  });

  it('gives up on a receiver that says nothing, or never stops', async () => {
    const silent = await listen(() => {});
    expect(await post(`http://127.0.0.1:${silent}/`, { timeoutMs: 100 })).toEqual({ failure: 'timeout' });
    const endless = await listen((_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(write));
      };
      write();
    });
    expect(await post(`http://127.0.0.1:${endless}/`)).toEqual({
      httpStatus: 200,
      failure: 'answer-too-large',
    });
  });

  it('connects to no address that is not allowed, by number or by name', async () => {
    let requests = 0;
    const port = await listen((_request, response) => {
      requests++;
      response.end();
    });
    const strict = { targets: createTargetPolicy('') };
    expect(await post(`http://127.0.0.1:${port}/`, strict)).toEqual({ failure: 'refused-address' });
    expect(await post(`http://localhost:${port}/`, strict)).toEqual({ failure: 'refused-address' });
    expect(requests).toBe(0);
  });

  it('tells a refused connection and a failing receiver apart', async () => {
    const port = await listen((_request, response) => response.writeHead(500).end());
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ httpStatus: 500, failure: 'status' });
    expect(await post('http://127.0.0.1:1/')).toEqual({ failure: 'connection' });
  });
});
