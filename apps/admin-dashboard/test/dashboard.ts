import type { AddressInfo } from 'node:net';
import { createHttpClient } from '@openrecognize/clients';
import { createClientAddress, createService, type Service } from '@openrecognize/service-kit';
import { createKnownSessions } from '../src/known-sessions.ts';
import { mountDashboard } from '../src/server.ts';
import { createSessionCookie } from '../src/session-cookie.ts';
import { createFakeOperations, type FakeOperations } from './fake-operations.ts';

/** The dashboard before a fake operations-service, both listening on ports of this machine. */
export interface RunningDashboard {
  readonly operations: FakeOperations;
  readonly service: Service;
  readonly url: string;
  /** All it wrote into its log. */
  log(): string;
  close(): Promise<void>;
}

const listen = async (service: Service): Promise<string> => {
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
};

export const startDashboard = async (
  options: { publicUrl?: string; trustedProxies?: readonly string[] } = {},
): Promise<RunningDashboard> => {
  const operations = await createFakeOperations();
  const operationsUrl = await listen(operations.service);
  let logged = '';
  const stream = {
    write: (line: string) => {
      logged += line;
    },
  };
  const service = await createService({ name: 'admin-dashboard', logging: { level: 'trace', stream } });
  const client = createHttpClient({ baseUrl: operationsUrl, timeoutMs: 3_000 });
  service.onClose('operations', () => client.close());
  mountDashboard(service.app, {
    operations: client,
    publicUrl: options.publicUrl,
    cookie: createSessionCookie({
      name: 'operator',
      secure: options.publicUrl?.startsWith('https:') ?? false,
    }),
    sessions: createKnownSessions(60_000, () => performance.now()),
    clientAddress: createClientAddress(options.trustedProxies ?? []),
    healthTargets: [
      { name: 'operations-service', url: operationsUrl },
      { name: 'auth-vault', url: 'http://127.0.0.1:1' },
    ],
    healthTimeoutMs: 1_000,
    now: () => Date.now(),
  });
  const url = await listen(service);
  return {
    operations,
    service,
    url,
    log: () => logged,
    close: async () => {
      await service.close(0);
      await operations.service.close(0);
    },
  };
};
