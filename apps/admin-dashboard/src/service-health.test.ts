import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkService } from './service-health.ts';

let server: Server | undefined;
afterEach(() => server?.close());

const stateFor = async (listener: RequestListener, timeoutMs = 1_000) => {
  server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return checkService({ name: 'auth-vault', url }, timeoutMs, () => performance.now());
};
const answering =
  (status: number, body: string): RequestListener =>
  (request, response) => {
    response.statusCode = request.url === '/health/ready' ? status : 404;
    response.end(body);
  };

describe('the health of a service', () => {
  it('is what the service says, with its checks', async () => {
    const body = JSON.stringify({ status: 'ready', checks: { database: 'ok' } });
    expect(await stateFor(answering(200, body))).toMatchObject({
      name: 'auth-vault',
      state: 'ready',
      checks: [{ name: 'database', ok: true }],
    });
  });

  it('names the check that fails', async () => {
    const body = JSON.stringify({ status: 'unavailable', checks: { keys: 'ok', database: 'failed' } });
    expect(await stateFor(answering(503, body))).toMatchObject({
      state: 'unavailable',
      checks: [
        { name: 'keys', ok: true },
        { name: 'database', ok: false },
      ],
    });
  });

  it.each(['<html>', '[]', 'null', '{"status":"fine"}'])(
    'is unreachable behind the answer %s',
    async (body) => {
      expect(await stateFor(answering(200, body))).toMatchObject({ state: 'unreachable', checks: [] });
    },
  );

  it('is unreachable when there is no answer in time', async () => {
    expect(await stateFor(() => {}, 50)).toMatchObject({ state: 'unreachable' });
    server?.closeAllConnections();
  });

  it('is unreachable when nobody listens', async () => {
    const target = { name: 'gone', url: 'http://127.0.0.1:1' };
    expect(await checkService(target, 1_000, () => 0)).toMatchObject({ state: 'unreachable' });
  });
});
