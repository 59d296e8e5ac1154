import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';
import { createService } from '@openrecognize/service-kit';
import { afterEach, describe, expect, it } from 'vitest';
import { usedCircuitStorageEndpoints } from '../ports/circuit-storage.ts';
import { connectInnerService } from './inner-service.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

const connect = async (status: number, body: string) => {
  server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: { level: string; msg: string }[] = [];
  const { log } = await createService({
    name: 'core-daemon',
    logging: { stream: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  });
  const service = connectInnerService({
    name: 'circuit-storage',
    baseUrl: `http://${host}`,
    endpoints: usedCircuitStorageEndpoints,
    serviceKey: 'service-key-of-the-tests',
    timeoutMs: 300,
    connections: 1,
    log,
  });
  const reserve = () =>
    service.port.reserveCircuit(
      {
        body: {
          userId: 'A'.repeat(64),
          deviceId: 'B'.repeat(32),
          nextIndex: 0,
          requestNonce: `${'A'.repeat(22)}==`,
          leaseSeconds: 60,
        },
      },
      { requestId: 'request-1' },
    );
  const errors = () => lines.filter(({ level }) => level === 'error').map(({ msg }) => msg);
  return { service, host, reserve, errors };
};

const wire = (code: CoreErrorCode) => JSON.stringify(new RecognizeError(code));

describe('a service behind this one', () => {
  it('may refuse what its contract lists, in silence', async () => {
    const { reserve, errors, service } = await connect(409, wire('NOT_ENOUGH_CIRCUITS'));
    await expect(reserve()).rejects.toMatchObject({ code: 'NOT_ENOUGH_CIRCUITS' });
    expect(errors()).toEqual([]);
    await service.close();
  });

  it.each([
    [500, wire('INTERNAL_ERROR'), 'INTERNAL_ERROR', 'INTERNAL_ERROR'],
    [503, wire('STORAGE_UNAVAILABLE'), 'STORAGE_UNAVAILABLE', 'STORAGE_UNAVAILABLE'],
    [401, wire('SERVICE_KEY_INVALID'), 'SERVICE_KEY_INVALID', 'INTERNAL_ERROR'],
    [400, wire('BAD_REQUEST'), 'BAD_REQUEST', 'INTERNAL_ERROR'],
    [404, '<html></html>', 'UNKNOWN_ERROR', 'INTERNAL_ERROR'],
    [200, '{}', 'INTERNAL_ERROR', 'INTERNAL_ERROR'],
  ])(
    'that answers %i %s is logged by name, and the caller sees no inner refusal',
    async (status, body, logged, code) => {
      const { reserve, errors, service } = await connect(status, body);
      await expect(reserve()).rejects.toMatchObject({ code });
      expect(errors()).toEqual([`[circuit-storage] service returned error: ${logged}`]);
      await service.close();
    },
  );

  it('that is out of reach is logged with its host', async () => {
    const { reserve, errors, host, service } = await connect(200, '{}');
    await new Promise((resolve) => server?.close(resolve));
    await expect(reserve()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(errors()).toEqual([
      `${host}: connection error: SERVICE_UNAVAILABLE`,
      '[circuit-storage] service returned error: SERVICE_UNAVAILABLE',
    ]);
    await expect(service.probe()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await service.close();
  });
});
