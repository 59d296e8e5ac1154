import { startService } from '@openrecognize/service-kit';
import { authVaultConfig, defaultPort } from './config.ts';
import { buildAuthVault } from './server.ts';

await startService({
  name: 'auth-vault',
  description: 'Signature checks, match tokens, JWT signing, JWKS',
  defaultPort,
  configSchema: authVaultConfig,
  build: ({ config, service }) => buildAuthVault(service, config),
});
