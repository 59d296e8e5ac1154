import { createBiometricPool } from '@openrecognize/biometrics';
import { hexToBytes } from '@openrecognize/bytes';
import { createHttpClient } from '@openrecognize/clients';
import { startService } from '@openrecognize/service-kit';
import { createClientTools } from './adapters/client-tools.ts';
import { createFileImageKeyStore } from './adapters/file-image-key-store.ts';
import { createHttpBackend } from './adapters/http-backend.ts';
import { createLocalWrappingKeyStore } from './adapters/local-wrapping-key-store.ts';
import { authenticationServiceConfig, defaultPort } from './config.ts';
import { maxBodyBytes, mountAuthenticationService } from './server.ts';
import { serviceVersion } from './version.ts';

await startService({
  name: 'authentication-service',
  description: 'Client party of web and photo users',
  version: serviceVersion,
  defaultPort,
  configSchema: authenticationServiceConfig,
  bodyLimitBytes: maxBodyBytes,
  build: async ({ config, service }) => {
    const imageKeys = createFileImageKeyStore(config.imageKeyFile, config.imageKeyIds);
    const wrappingKeys = createLocalWrappingKeyStore(hexToBytes(config.wrappingKey));
    const clientOf = (baseUrl: string) =>
      createHttpClient({ baseUrl, serviceKey: config.serviceKey, timeoutMs: config.innerTimeoutMs });
    const clients = {
      coreDaemon: clientOf(config.coreDaemonUrl),
      nodePersistence: clientOf(config.nodePersistenceUrl),
    };
    for (const [name, client] of Object.entries(clients)) service.onClose(name, () => client.close());
    const analyzer = await createBiometricPool({
      manifest: config.modelManifest,
      ...(config.modelsDir === undefined ? {} : { modelsDir: config.modelsDir }),
      ...(config.biometricWorkers === undefined ? {} : { workers: config.biometricWorkers }),
    });
    service.onClose('biometric pool', () => analyzer.close());
    await mountAuthenticationService(service.app, {
      backend: createHttpBackend(clients),
      analyzer,
      tools: createClientTools(),
      imageKeys,
      wrappingKeys,
      circuitCount: config.circuitCount,
      apiKeyCacheSeconds: config.apiKeyCacheSeconds,
      maxConcurrency: config.maxConcurrency,
      now: Date.now,
    });
  },
});
