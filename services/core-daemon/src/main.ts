import { startService } from '@openrecognize/service-kit';
import { coreDaemonConfig, defaultPort } from './config.ts';
import { bodyLimitBytes, buildCoreDaemon, serviceDescription, serviceName } from './server.ts';

await startService({
  name: serviceName,
  description: serviceDescription,
  defaultPort,
  bodyLimitBytes,
  configSchema: coreDaemonConfig,
  build: ({ config, service }) => buildCoreDaemon(service, config),
});
