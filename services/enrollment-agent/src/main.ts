import { createBiometricPool } from '@openrecognize/biometrics';
import { createHttpClient } from '@openrecognize/clients';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { startService } from '@openrecognize/service-kit';
import { createHttpCoreDaemon } from './adapters/http-core-daemon.ts';
import { agentConfig, defaultPort } from './config.ts';
import { maxBodyBytes } from './image-intake.ts';
import { mountAgent } from './server.ts';
import { agentVersion } from './version.ts';

await startService({
  name: 'enrollment-agent',
  description: 'Photo in, client state and server state out',
  version: agentVersion,
  defaultPort,
  configSchema: agentConfig,
  bodyLimitBytes: maxBodyBytes,
  build: async ({ config, service }) => {
    service.app.server.keepAliveTimeout = config.keepAliveSeconds * 1_000;
    const analyzer = await createBiometricPool({
      manifest: config.modelManifest,
      ...(config.modelsDir === undefined ? {} : { modelsDir: config.modelsDir }),
      ...(config.biometricWorkers === undefined ? {} : { workers: config.biometricWorkers }),
    });
    service.onClose('biometric pool', () => analyzer.close());
    const http =
      config.mobileApiKey === undefined
        ? undefined
        : createHttpClient({
            baseUrl: config.coreDaemonUrl,
            defaultHeaders: { 'x-api-key': config.mobileApiKey },
            timeoutMs: config.coreDaemonTimeoutMs,
          });
    if (http) service.onClose('core-daemon', () => http.close());
    await mountAgent(service.app, {
      analyzer,
      tools: createNodeClientTools(),
      coreDaemon: http && createHttpCoreDaemon(http),
      circuitCount: config.circuitCount,
      maxConcurrency: config.maxConcurrency,
      metrics: service.metrics,
      now: Date.now,
    });
  },
});
