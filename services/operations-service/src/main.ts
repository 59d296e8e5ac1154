import { createHttpClient } from '@openrecognize/clients';
import { startService } from '@openrecognize/service-kit';
import { createHttpBackend } from './adapters/http-backend.ts';
import { startAdministration } from './administration/start-administration.ts';
import { operationsConfig } from './config.ts';
import { mountOperations } from './server.ts';

await startService({
  name: 'operations-service',
  description: 'Server API for integrators',
  defaultPort: 8086,
  configSchema: operationsConfig,
  build: ({ config, service }) => {
    const clientOf = (baseUrl: string) =>
      createHttpClient({ baseUrl, serviceKey: config.serviceKey, timeoutMs: config.innerTimeoutMs });
    const clients = {
      coreDaemon: clientOf(config.coreDaemonUrl),
      nodePersistence: clientOf(config.nodePersistenceUrl),
      authVault: clientOf(config.authVaultUrl),
    };
    for (const [name, client] of Object.entries(clients)) service.onClose(name, () => client.close());
    mountOperations(service.app, {
      backend: createHttpBackend(clients),
      nodeId: config.nodeId,
      apiKeyCacheSeconds: config.apiKeyCacheSeconds,
      jwksCacheSeconds: config.jwksCacheSeconds,
      now: Date.now,
    });
    startAdministration(service, config, clients);
  },
});
