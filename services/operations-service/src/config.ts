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
  operatorSessionSeconds: Type.Integer({
    env: 'OPERATOR_SESSION_SECONDS',
    default: 28_800,
    minimum: 60,
    maximum: 604_800,
    description: 'Longest session of an operator',
  }),
  operatorSessionIdleSeconds: Type.Integer({
    env: 'OPERATOR_SESSION_IDLE_SECONDS',
    default: 1_800,
    minimum: 60,
    maximum: 604_800,
    description: 'A session without a request for so long has ended',
  }),
  operatorBootstrap: Type.Optional(
    Type.String({
      env: 'OPERATOR_BOOTSTRAP',
      secret: true,
      description:
        'name:password of the first operator, made when there is none; the password has 12 characters or more',
    }),
  ),
  trustedProxies: Type.Array(Type.String(), {
    env: 'TRUSTED_PROXIES',
    default: [],
    description:
      'Addresses or CIDR ranges, separated by commas, whose x-forwarded-for names the caller: dashboard and reverse proxies',
  }),
  jwksAllowHttp: Type.Boolean({
    env: 'JWKS_ALLOW_HTTP',
    default: false,
    description:
      'Take key sets of tenants at http addresses of this machine, as for the authentication-service: for development',
  }),
  healthUrls: Type.Array(Type.String(), {
    env: 'HEALTH_URLS',
    default: [],
    description: 'More services whose health is shown: name=url, separated by commas',
  }),
  webhookMasterKey: Type.Optional(
    Type.String({
      env: 'WEBHOOK_MASTER_KEY',
      secret: true,
      minLength: 16,
      description: 'Key the secrets of webhooks are derived from; derived from SERVICE_KEY if absent',
    }),
  ),
  webhookPrivateRanges: Type.Optional(
    Type.String({
      env: 'WEBHOOK_PRIVATE_RANGES',
      description: 'Private address ranges webhooks may go to, e.g. 10.1.0.0/16,127.0.0.0/8; none if absent',
    }),
  ),
  webhookTimeoutMs: Type.Integer({
    env: 'WEBHOOK_TIMEOUT_MS',
    default: 10_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Longest exchange with a receiver',
  }),
  webhookPollIntervalMs: Type.Integer({
    env: 'WEBHOOK_POLL_INTERVAL_MS',
    default: 1_000,
    minimum: 10,
    maximum: 60_000,
    description: 'Pause between two looks for events to deliver',
  }),
  webhookRetryBaseMs: Type.Integer({
    env: 'WEBHOOK_RETRY_BASE_MS',
    default: 5_000,
    minimum: 10,
    maximum: 600_000,
    description: 'Longest pause after the first failed attempt; doubles each time',
  }),
  webhookRetryMaxMs: Type.Integer({
    env: 'WEBHOOK_RETRY_MAX_MS',
    default: 3_600_000,
    minimum: 10,
    maximum: 86_400_000,
    description: 'Longest pause between two attempts',
  }),
  webhookMaxAttempts: Type.Integer({
    env: 'WEBHOOK_MAX_ATTEMPTS',
    default: 12,
    minimum: 1,
    maximum: 100,
    description: 'Attempts after which an event goes to the dead-letter list',
  }),
});
