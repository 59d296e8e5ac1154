import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHttpClient } from './http-client.ts';
import { localConnector } from './local-connector.ts';

let directory: string;
let servers: Server[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sockets-'));
});
afterEach(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers = [];
  await rm(directory, { recursive: true });
});

const listen = async (by: string, where: string | number): Promise<Server> => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ by }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    if (typeof where === 'string') server.listen(where, resolve);
    else server.listen(where, '127.0.0.1', resolve);
  });
  return server;
};

it('a service of this machine is called by its socket, and by its port once that is gone', async () => {
  const { port } = (await listen('port', 0)).address() as AddressInfo;
  const path = join(directory, `${port}.sock`);
  const bySocket = await listen('socket', path);
  const ask = async () => {
    const http = createHttpClient({ baseUrl: `http://127.0.0.1:${port}`, socketDirectory: directory });
    const answer = await http.call({
      method: 'GET',
      path: '/',
      response: Type.Object({ by: Type.String() }),
    });
    await http.close();
    return answer.by;
  };
  expect(await ask()).toBe('socket');
  bySocket.close();
  bySocket.closeAllConnections();
  await rm(path, { force: true });
  expect(await ask()).toBe('port');
});

it.each(['http://10.0.0.1:8082', 'https://127.0.0.1:8082', 'http://127.0.0.1'])(
  '%s is no service that could have a socket here',
  (url) => expect(localConnector(new URL(url), directory)).toBeUndefined(),
);
