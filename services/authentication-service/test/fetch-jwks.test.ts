import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetchJwks } from '../src/index.ts';

describe('fetching a key set', () => {
  let server: Server;
  let base: string;
  const fetchJwks = createFetchJwks({ timeoutMs: 300, maxBytes: 1_000, allowHttp: true });
  const bodies: Record<string, string> = {
    '/good': '{"keys":[{"kty":"EC"}]}',
    '/large': `{"keys":[],"pad":"${'x'.repeat(1_000)}"}`,
    '/text': 'hello',
    '/array': '[]',
    '/strings': '{"keys":["a"]}',
  };
  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      if (url === '/hang') return;
      if (url === '/moved') response.writeHead(302, { location: '/good' }).end();
      else if (url === '/missing') response.writeHead(404).end('{"keys":[]}');
      else response.end(bodies[url]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('takes what is a key set', async () => {
    expect(await fetchJwks(`${base}/good`)).toEqual({ keys: [{ kty: 'EC' }] });
  });

  it.each(['/large', '/text', '/array', '/strings', '/moved', '/missing', '/hang'])(
    'refuses %s',
    async (path) => {
      await expect(fetchJwks(base + path)).rejects.toThrow();
    },
  );

  it('asks over https alone unless told otherwise, and never for other schemes', async () => {
    const strict = createFetchJwks({ timeoutMs: 300, maxBytes: 1_000, allowHttp: false });
    await expect(strict(`${base}/good`)).rejects.toThrow('https');
    await expect(fetchJwks('data:application/json,{"keys":[]}')).rejects.toThrow('https');
    await expect(fetchJwks('file:///etc/hostname')).rejects.toThrow('https');
  });
});
