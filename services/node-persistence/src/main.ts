import { startService } from '@openrecognize/service-kit';
import { configSchema } from './config.ts';
import { buildNodePersistence, DEFAULT_PORT, SERVICE_DESCRIPTION, SERVICE_NAME } from './server.ts';

await startService({
  name: SERVICE_NAME,
  description: SERVICE_DESCRIPTION,
  defaultPort: DEFAULT_PORT,
  configSchema,
  build: ({ config, service }) => buildNodePersistence(service, config),
});
