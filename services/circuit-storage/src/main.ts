import { startService } from '@openrecognize/service-kit';
import { configSchema } from './config.ts';
import { BODY_LIMIT_BYTES, buildCircuitStorage, SERVICE_DESCRIPTION, SERVICE_NAME } from './server.ts';

await startService({
  name: SERVICE_NAME,
  description: SERVICE_DESCRIPTION,
  defaultPort: 8084,
  configSchema,
  bodyLimitBytes: BODY_LIMIT_BYTES,
  build: async ({ service, config }) => {
    await buildCircuitStorage(service, config);
  },
});
