import { defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';

const serviceUrl = (env: string, name: string) =>
  Type.Optional(
    Type.String({ env, pattern: '^https?://', description: `Base URL of ${name}, for the health page` }),
  );

export const dashboardConfig = defineConfig({
  operationsUrl: Type.String({
    env: 'OPERATIONS_URL',
    pattern: '^https?://',
    description: 'Base URL of the operations-service',
  }),
  publicUrl: Type.Optional(
    Type.String({
      env: 'PUBLIC_URL',
      pattern: '^https?://',
      description: 'Address operators type; without it the page works on this machine only',
    }),
  ),
  trustedProxies: Type.Array(Type.String(), {
    env: 'TRUSTED_PROXIES',
    default: [],
    description:
      'Addresses or CIDR ranges, separated by commas, of the reverse proxies whose x-forwarded-for is believed',
  }),
  sessionCookieName: Type.String({
    env: 'SESSION_COOKIE_NAME',
    default: 'openrecognize-operator',
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    description: 'Name of the session cookie; on https it gets the prefix __Host-',
  }),
  operationsTimeoutMs: Type.Integer({
    env: 'OPERATIONS_TIMEOUT_MS',
    default: 10_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Deadline of a call to the operations-service',
  }),
  healthTimeoutMs: Type.Integer({
    env: 'HEALTH_TIMEOUT_MS',
    default: 3_000,
    minimum: 100,
    maximum: 30_000,
    description: 'A service that takes longer to say how it is counts as unreachable',
  }),
  nodePersistenceUrl: serviceUrl('NODE_PERSISTENCE_URL', 'node-persistence'),
  circuitStorageUrl: serviceUrl('CIRCUIT_STORAGE_URL', 'circuit-storage'),
  authVaultUrl: serviceUrl('AUTH_VAULT_URL', 'auth-vault'),
  coreDaemonUrl: serviceUrl('CORE_DAEMON_URL', 'core-daemon'),
  enrollmentAgentUrl: serviceUrl('ENROLLMENT_AGENT_URL', 'the enrollment-agent'),
  authenticationServiceUrl: serviceUrl('AUTHENTICATION_SERVICE_URL', 'the authentication-service'),
});
