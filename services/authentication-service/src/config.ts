import { availableParallelism } from 'node:os';
import { limits, protocolDefaults } from '@openrecognize/contracts';
import { webSessionLimits } from '@openrecognize/contracts/ws';
import { type ConfigOf, defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';
import { defaultWebSessionSettings } from './web/web-session-settings.ts';

/** Port of the service unless `PORT` says otherwise. */
export const defaultPort = 8080;

export const authenticationServiceConfig = defineConfig({
  serviceKey: Type.String({
    env: 'SERVICE_KEY',
    minLength: 16,
    secret: true,
    description: 'Shared secret between the services',
  }),
  coreDaemonUrl: Type.String({
    env: 'CORE_DAEMON_URL',
    minLength: 1,
    description: 'Base URL of the core-daemon',
  }),
  nodePersistenceUrl: Type.String({
    env: 'NODE_PERSISTENCE_URL',
    minLength: 1,
    description: 'Base URL of node-persistence',
  }),
  innerTimeoutMs: Type.Integer({
    env: 'INNER_TIMEOUT_MS',
    default: 10_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Deadline of a call to another service',
  }),
  apiKeyCacheSeconds: Type.Integer({
    env: 'API_KEY_CACHE_SECONDS',
    default: 30,
    minimum: 0,
    maximum: 3_600,
    description: 'How long a resolved API key is remembered; 0 asks each time',
  }),
  imageKeyFile: Type.Optional(
    Type.String({
      env: 'IMAGE_KEY_FILE',
      minLength: 1,
      description:
        'RSA private key (PKCS #8 PEM, 2048 bits or more) under which callers wrap their keys; this or IMAGE_KMS_KEY_ID',
    }),
  ),
  imageKmsKeyId: Type.Optional(
    Type.String({
      env: 'IMAGE_KMS_KEY_ID',
      minLength: 1,
      description: 'Id, ARN or alias of an RSA key (ENCRYPT_DECRYPT) in AWS KMS, in place of IMAGE_KEY_FILE',
    }),
  ),
  kmsRegion: Type.Optional(
    Type.String({ env: 'KMS_REGION', minLength: 1, description: 'Region of AWS KMS; AWS_REGION by default' }),
  ),
  kmsEndpoint: Type.Optional(
    Type.String({ env: 'KMS_ENDPOINT', minLength: 1, description: 'Address of the key service, if not AWS' }),
  ),
  kmsTimeoutMs: Type.Integer({
    env: 'KMS_TIMEOUT_MS',
    default: 3_000,
    minimum: 100,
    maximum: 30_000,
    description: 'Deadline of a call to the key service',
  }),
  imageKeyIds: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
    env: 'IMAGE_KEY_ID',
    minItems: 1,
    description: 'Id of that key as callers name it, and aliases as alias/NAME, comma separated',
  }),
  authVaultUrl: Type.Optional(
    Type.String({
      env: 'AUTH_VAULT_URL',
      minLength: 1,
      description:
        'Base URL of the auth-vault, which wraps the client states of web users; this or WRAPPING_KEY',
    }),
  ),
  wrappingKey: Type.Optional(
    Type.String({
      env: 'WRAPPING_KEY',
      pattern: '^[0-9A-Fa-f]{64}$',
      secret: true,
      description:
        'Key that wraps client states without an auth-vault, 32 bytes as hex; beside AUTH_VAULT_URL it opens earlier ones',
    }),
  ),
  jwksTimeoutMs: Type.Integer({
    env: 'JWKS_TIMEOUT_MS',
    default: 3_000,
    minimum: 100,
    maximum: 30_000,
    description: 'Deadline of fetching a tenant’s key set for user authorization',
  }),
  jwksAllowHttp: Type.Boolean({
    env: 'JWKS_ALLOW_HTTP',
    default: false,
    description: 'Take key sets over plain HTTP too: for development alone',
  }),
  circuitCount: Type.Integer({
    env: 'NUM_OF_CIRC',
    default: protocolDefaults.circuitCount,
    minimum: 1,
    maximum: limits.maxCircuitsPerDevice,
    description: 'Circuits of an enrollment: authentications before a refill',
  }),
  maxConcurrency: Type.Integer({
    env: 'MAX_CONCURRENCY',
    default: availableParallelism(),
    minimum: 1,
    maximum: 1_024,
    description: 'Photos worked on at a time; further ones are refused with 429. Default: number of CPUs',
  }),
  biometricWorkers: Type.Optional(
    Type.Integer({
      env: 'BIOMETRIC_WORKERS',
      minimum: 1,
      maximum: 256,
      description: 'Threads that analyse photos, about 100 MB each; one less than there are CPUs by default',
    }),
  ),
  maxWebSessions: Type.Integer({
    env: 'WEB_MAX_SESSIONS',
    default: defaultWebSessionSettings.maxSessions,
    minimum: 1,
    maximum: 10_000,
    description: 'Web sessions at a time, up to 8 MB each; further ones get SERVER_UNAVAILABLE_SERVICE',
  }),
  maxWebSessionsPerTenant: Type.Integer({
    env: 'WEB_MAX_SESSIONS_PER_TENANT',
    default: defaultWebSessionSettings.maxSessionsPerTenant,
    minimum: 1,
    maximum: 10_000,
    description: 'Web sessions of one tenant at a time',
  }),
  maxWebConnectionsPerAddress: Type.Integer({
    env: 'WEB_MAX_CONNECTIONS_PER_ADDRESS',
    default: defaultWebSessionSettings.maxConnectionsPerAddress,
    minimum: 1,
    maximum: 10_000,
    description: 'WebSocket connections and web sessions of one address at a time, see TRUSTED_PROXIES',
  }),
  maxWebFrames: Type.Integer({
    env: 'WEB_MAX_FRAMES',
    default: defaultWebSessionSettings.maxFrames,
    // Liveness scores nothing below four (spec 02 BC-22).
    minimum: 4,
    maximum: webSessionLimits.maxFrames,
    description: 'Frames of a web session before it ends with SERVER_RECOGNITION_FAILED',
  }),
  webSessionTimeoutMs: Type.Integer({
    env: 'WEB_SESSION_TIMEOUT_MS',
    default: defaultWebSessionSettings.sessionTimeoutMs,
    minimum: 5_000,
    maximum: webSessionLimits.sessionTimeoutMs,
    description: 'Longest time from the first to the last frame of a web session',
  }),
  minWebFrames: Type.Integer({
    env: 'WEB_MIN_FRAMES',
    default: defaultWebSessionSettings.minAcceptedFrames,
    minimum: 3,
    maximum: 8,
    description: 'Good frames of a web session that make a code',
  }),
  minLiveScore: Type.Number({
    env: 'WEB_MIN_LIVE_SCORE',
    default: defaultWebSessionSettings.minLiveScore,
    minimum: 0,
    maximum: 1,
    description: 'Least liveness score of a web session, still and sequence fused; higher refuses more',
  }),
  preparesWebBackup: Type.Boolean({
    env: 'WEB_PREPARE_BACKUP',
    default: false,
    description:
      'Web enrollments also enroll a backup device with circuits of its own, so that the client state can be exported',
  }),
  trustedProxies: Type.Array(Type.String(), {
    env: 'TRUSTED_PROXIES',
    default: [],
    description: 'CIDR ranges of proxies whose x-forwarded-for counts, comma separated',
  }),
  peerAddress: Type.Optional(
    Type.String({
      env: 'PEER_ADDRESS',
      minLength: 1,
      maxLength: 255,
      description:
        'Where other replicas reach this one, as http://10.0.0.7:8080; unset: it is the only one, and resuming or moving a web session finds no other',
    }),
  ),
  modelManifest: Type.Union([Type.Literal('default'), Type.Literal('clean')], {
    env: 'MODEL_MANIFEST',
    default: 'default',
    description: 'Set of biometric models',
  }),
  modelsDir: Type.Optional(
    Type.String({
      env: 'OPENRECOGNIZE_MODELS_DIR',
      minLength: 1,
      description: 'Folder with the model files',
    }),
  ),
});

export type AuthenticationServiceConfig = ConfigOf<typeof authenticationServiceConfig>;
