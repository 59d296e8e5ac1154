import { protocolDefaults } from '@openrecognize/contracts';
import { type ConfigOf, defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';

/** Port of the service unless `PORT` says otherwise. */
export const defaultPort = 8082;

const baseUrl = (env: string, service: string) =>
  Type.String({ env, pattern: '^https?://[^\\s/]+', description: `Base URL of ${service}` });

export const coreDaemonConfig = defineConfig({
  serviceKey: Type.String({
    env: 'SERVICE_KEY',
    minLength: 16,
    secret: true,
    description: 'Key that services show to each other',
  }),
  nodePersistenceUrl: baseUrl('NODE_PERSISTENCE_URL', 'node-persistence'),
  circuitStorageUrl: baseUrl('CIRCUIT_STORAGE_URL', 'circuit-storage'),
  authVaultUrl: baseUrl('AUTH_VAULT_URL', 'auth-vault'),
  innerServiceTimeoutMs: Type.Integer({
    env: 'INNER_SERVICE_TIMEOUT_MS',
    default: 5000,
    minimum: 100,
    maximum: 60_000,
    description: 'Longest wait for an answer of a service behind this one, retries included',
  }),
  innerServiceConnections: Type.Integer({
    env: 'INNER_SERVICE_CONNECTIONS',
    default: 16,
    minimum: 1,
    maximum: 1024,
    description: 'Most connections to each service behind this one',
  }),
  publicKeyCacheSize: Type.Integer({
    env: 'PUBLIC_KEY_CACHE_SIZE',
    default: 2000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Parsed public device keys kept in memory',
  }),
  leaseSeconds: Type.Integer({
    env: 'LEASE_SECONDS',
    default: 60,
    minimum: 5,
    maximum: 3600,
    description: 'How long a circuit stays reserved between the two steps of an authentication',
  }),
  enrollmentTtlSeconds: Type.Integer({
    env: 'ENROLLMENT_TTL_SECONDS',
    default: 600,
    minimum: 30,
    maximum: 86_400,
    description: 'How long an enrollment may stay uncommitted',
  }),
  uncommittedUserTtlSeconds: Type.Integer({
    env: 'UNCOMMITTED_USER_TTL_SECONDS',
    default: 86_400,
    minimum: 60,
    maximum: 31_536_000,
    description: 'How long a user registered from an offline server state may stay uncommitted',
  }),
  targetCircuitCount: Type.Integer({
    env: 'TARGET_CIRCUIT_COUNT',
    default: protocolDefaults.sharedCircuitCount,
    minimum: 1,
    maximum: 100,
    description: 'Most circuits a device may keep in stock; it may ask for fewer',
  }),
  apiKeyCacheSeconds: Type.Integer({
    env: 'API_KEY_CACHE_SECONDS',
    default: 30,
    minimum: 0,
    maximum: 3600,
    description: 'How long a checked API key is taken as valid; a revoked one works that long',
  }),
  artifacts: Type.Array(Type.String({ pattern: '^[^@,]{1,64}@[^@,]{1,32}$' }), {
    env: 'ARTIFACTS',
    default: [],
    description: 'Biometric artifacts accepted at enrollment, family@version, comma separated; empty: any',
  }),
  busyWaitMs: Type.Integer({
    env: 'BUSY_WAIT_MS',
    default: 1500,
    minimum: 0,
    maximum: 30_000,
    description: 'How long an attempt waits for others of the same user before it is refused',
  }),
  purgeIntervalSeconds: Type.Integer({
    env: 'PURGE_INTERVAL_SECONDS',
    default: 10,
    minimum: 1,
    maximum: 3600,
    description: 'Time between two looks for circuits of deleted devices',
  }),
});

export type CoreDaemonConfig = ConfigOf<typeof coreDaemonConfig>;
