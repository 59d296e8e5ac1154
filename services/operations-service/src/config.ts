import { defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';

export const operationsConfig = defineConfig({
  serviceKey: Type.String({
    env: 'SERVICE_KEY',
    minLength: 16,
    secret: true,
    description: 'Shared secret between the services',
  }),
  coreDaemonUrl: Type.String({ env: 'CORE_DAEMON_URL', description: 'Base URL of the core-daemon' }),
  nodePersistenceUrl: Type.String({
    env: 'NODE_PERSISTENCE_URL',
    description: 'Base URL of node-persistence',
  }),
  authVaultUrl: Type.String({ env: 'AUTH_VAULT_URL', description: 'Base URL of the auth-vault' }),
  innerTimeoutMs: Type.Integer({
    env: 'INNER_TIMEOUT_MS',
    default: 5_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Deadline of a call to another service',
  }),
  nodeId: Type.String({
    env: 'NODE_ID',
    default: 'openrecognize',
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    description: 'Name of this installation, as operations show it',
  }),
  apiKeyCacheSeconds: Type.Integer({
    env: 'API_KEY_CACHE_SECONDS',
    default: 30,
    minimum: 0,
    maximum: 3_600,
    description: 'How long a resolved API key is remembered; 0 asks each time',
  }),
  jwksCacheSeconds: Type.Integer({
    env: 'JWKS_CACHE_SECONDS',
    default: 60,
    minimum: 0,
    maximum: 86_400,
    description: 'How long the public signing keys are remembered',
  }),
});
