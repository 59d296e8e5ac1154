import { hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient, type HttpClient } from '@openrecognize/clients';
import { RecognizeError } from '@openrecognize/contracts';
import { afterEach, expect, it } from 'vitest';
import { createPersistentUsedTokenStore } from './persistent-used-token-store.ts';

let server: Server | undefined;
let http: HttpClient | undefined;
afterEach(async () => {
  await http?.close();
  server?.close();
});

/** node-persistence, as far as it counts here. */
const connect = async (status: number, body: () => unknown) => {
  const requests: { url: string | undefined; body: string }[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      requests.push({ url: request.url, body: text });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body()));
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  http = createHttpClient({ baseUrl: `http://127.0.0.1:${port}`, serviceKey: 'a-service-key-of-the-tests' });
  return { store: createPersistentUsedTokenStore(http), requests };
};

it('lets the first use pass and no later one, and sends a hash alone', async () => {
  let uses = 0;
  const { store, requests } = await connect(200, () => ({ fresh: uses++ === 0 }));
  expect(await store.use('id of a token', 1_800_000_000_000.5)).toBe(true);
  expect(await store.use('id of a token', 1_800_000_000_000.5)).toBe(false);
  expect(requests[0]).toEqual({
    url: '/internal/v1/used-tokens',
    body: JSON.stringify({
      tokenSha256: hash('sha256', 'id of a token', 'base64'),
      expiresAtMs: 1_800_000_000_001,
    }),
  });
});

it('accepts no token while it can mark none', async () => {
  const { store } = await connect(503, () => new RecognizeError('STORAGE_UNAVAILABLE'));
  await expect(store.use('id of a token', 1)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
});
