import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';
import { createService } from '@openrecognize/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { connectNodePersistence } from './http-node-persistence.ts';

let server: Server | undefined;
afterEach(() => server?.close());

const connect = async (status: number, body: string, type = 'application/json') => {
  server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: { level: string; msg: string }[] = [];
  const { log } = await createService({
    name: 'auth-vault',
    logging: { stream: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  });
  const persistence = connectNodePersistence({
    baseUrl: `http://${host}`,
    serviceKey: 'service-key-of-the-tests',
    timeoutMs: 1000,
    log,
  });
  return {
    persistence,
    host,
    errors: () => lines.filter(({ level }) => level === 'error').map(({ msg }) => msg),
  };
};

const settle = {
  params: { attemptId: '7c1d2f10-2d4e-4f6b-8a3c-5b0e9d8c7a65' },
  body: { circuitIndex: 1, salt: `${'A'.repeat(22)}==`, saltedToken: `${'A'.repeat(43)}=` },
};
const call = { requestId: 'request-1' };

describe('node-persistence over HTTP', () => {
  it('passes a listed refusal through without an incident', async () => {
    const { persistence, errors } = await connect(
      409,
      JSON.stringify(new RecognizeError('NO_SUCH_CIRCUIT_ID')),
    );
    await expect(persistence.settleAttempt(settle, call)).rejects.toMatchObject({
      code: 'NO_SUCH_CIRCUIT_ID',
    });
    expect(errors()).toEqual([]);
    await persistence.close();
  });

  it.each([
    [500, '{"error":{"code":"INTERNAL_ERROR"}}', 'application/json'],
    [503, '{"error":{"code":"STORAGE_UNAVAILABLE"}}', 'application/json'],
    [404, '<html>nothing here</html>', 'text/html'],
    [401, '{"error":{"code":"SERVICE_KEY_INVALID"}}', 'application/json'],
  ])('reports an unexpected status %i with its number', async (status, body, type) => {
    const { persistence, errors } = await connect(status, body, type);
    await expect(persistence.settleAttempt(settle, call)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(errors()).toEqual([`Node persistence returned an unexpected status ${status}`]);
    await persistence.close();
  });

  it('reports a refused connection with the host', async () => {
    const { persistence, host, errors } = await connect(204, '');
    server?.close();
    server?.closeAllConnections();
    await expect(persistence.settleAttempt(settle, call)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(errors()).toEqual([`Node persistence thrown exception: ${host}`]);
    await expect(persistence.probe()).rejects.toThrow();
    await persistence.close();
  });
});
