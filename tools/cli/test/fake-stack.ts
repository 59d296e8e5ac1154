import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeCoreDaemon } from '../../../sdks/mobile/test/fake-core-daemon.ts';

const secretApiKey = 'secret-key-of-tests';

const readBody = async (request: IncomingMessage): Promise<Uint8Array> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
};

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** A core-daemon and an operations-service on real ports, with the core-daemon's state behind both. */
export const startFakeStack = async () => {
  const daemon = createFakeCoreDaemon();
  /** Whether `/v2/verify-jwt` accepts what it is asked. */
  const verification = { isAccepted: true };

  const core = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const headers = request.headers as Record<string, string | undefined>;
    const answer = daemon.handle({ method, path: url, headers, body: await readBody(request) });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });

  const listed = () =>
    [...daemon.devices.values()]
      .filter(({ isCommitted }) => isCommitted)
      .map(({ userId, request }) => ({
        userId,
        ...(request.externalUserId === undefined ? {} : { externalUserId: request.externalUserId }),
        createdAt: '2025-01-15T09:00:00.000',
        deviceCount: 1,
      }))
      .sort((a, b) => (a.userId < b.userId ? -1 : 1));

  const remove = (userId: string): boolean => {
    for (const [id, device] of daemon.devices) if (device.userId === userId) daemon.devices.delete(id);
    return daemon.users.delete(userId);
  };

  const operate = (method: string, url: URL): { status: number; json: unknown } => {
    const error = (status: number, code: string) => ({
      status,
      json: { error: { code, number: 0, message: code } },
    });
    if (method === 'GET' && url.pathname === '/v2/users') {
      // Pages of one, so that following them is tested too.
      const after = url.searchParams.get('after') ?? '';
      const [first, second] = listed().filter(({ userId }) => userId > after);
      return {
        status: 200,
        json: { users: first ? [first] : [], ...(second ? { next: first!.userId } : {}) },
      };
    }
    if (method === 'POST' && url.pathname === '/v2/verify-jwt') {
      return verification.isAccepted ? { status: 200, json: { success: true } } : error(400, 'JWT_INVALID');
    }
    const user = /^\/v2\/users\/([0-9A-F]{64})$/.exec(url.pathname)?.[1];
    if (method !== 'DELETE' || user === undefined) return error(404, 'NOT_FOUND');
    return remove(user) ? { status: 200, json: { success: true } } : error(404, 'USER_NOT_FOUND');
  };

  const operations = createServer(async (request, response) => {
    await readBody(request);
    const isKnown = request.headers['x-api-key'] === secretApiKey;
    const { status, json } = isKnown
      ? operate(request.method ?? '', new URL(request.url ?? '/', 'http://localhost'))
      : { status: 401, json: { error: { code: 'API_KEY_INVALID', number: 603, message: 'unknown key' } } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });

  const tenant = {
    customer: 'demo',
    coreDaemonUrl: await listen(core),
    operationsUrl: await listen(operations),
    mobileApiKey: daemon.mobileApiKey,
    secretApiKey,
  };
  return { daemon, tenant, verification, stop: () => Promise.all([stop(core), stop(operations)]) };
};
