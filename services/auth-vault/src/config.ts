import { defaultKeyId } from '@openrecognize/contracts';
import { type ConfigOf, defineConfig } from '@openrecognize/service-kit';
import { Type } from 'typebox';

/** Port of the service unless `PORT` says otherwise. */
export const defaultPort = 8085;

export const authVaultConfig = defineConfig({
  serviceKey: Type.String({
    env: 'SERVICE_KEY',
    minLength: 16,
    secret: true,
    description: 'Key that services show to each other',
  }),
  nodePersistenceUrl: Type.String({
    env: 'NODE_PERSISTENCE_URL',
    pattern: '^https?://[^\\s/]+',
    description: 'Base URL of node-persistence',
  }),
  nodePersistenceTimeoutMs: Type.Integer({
    env: 'NODE_PERSISTENCE_TIMEOUT_MS',
    default: 5000,
    minimum: 100,
    maximum: 60_000,
    description: 'Longest wait for an answer of node-persistence, retries included',
  }),
  signingKeys: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      env: 'SIGNING_KEYS',
      minItems: 1,
      maxItems: 16,
      description:
        'Keys of JWTs, P-256, as id=source with a source file:path, kms:key or pkcs11:label; the first signs, the ' +
        'others are published, with ;until=2030-01-31T00:00:00Z up to then',
    }),
  ),
  signingKeyFile: Type.Optional(
    Type.String({
      env: 'SIGNING_KEY_FILE',
      minLength: 1,
      description:
        'The one P-256 private key that signs JWTs, PKCS #8 PEM; not read when SIGNING_KEYS is set',
    }),
  ),
  signingKeyId: Type.String({
    env: 'SIGNING_KEY_ID',
    default: defaultKeyId,
    minLength: 1,
    maxLength: 128,
    description: 'kid of the key of SIGNING_KEY_FILE',
  }),
  signTimeoutMs: Type.Integer({
    env: 'SIGN_TIMEOUT_MS',
    default: 3000,
    minimum: 50,
    maximum: 60_000,
    description: 'Longest wait for a signature of a key service or hardware module, retries included',
  }),
  signBreakerFailures: Type.Integer({
    env: 'SIGN_BREAKER_FAILURES',
    default: 5,
    minimum: 1,
    maximum: 1000,
    description: 'Failed signatures in a row after which the service is not ready',
  }),
  signBreakerCooldownMs: Type.Integer({
    env: 'SIGN_BREAKER_COOLDOWN_MS',
    default: 2000,
    minimum: 10,
    maximum: 600_000,
    description: 'Wait before the signing key is tried again after that',
  }),
  clientStateKeys: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      env: 'CLIENT_STATE_KEYS',
      minItems: 1,
      maxItems: 16,
      description:
        'Keys that wrap client states of web users, as id=source with a source file:path (32 bytes, raw or hex) or ' +
        'kms:key; the first wraps, all unwrap; without it these endpoints answer 503',
    }),
  ),
  kmsEndpoint: Type.Optional(
    Type.String({
      env: 'KMS_ENDPOINT',
      pattern: '^https?://[^\\s/]+',
      description: 'Base URL of the key service; that of the AWS region if unset',
    }),
  ),
  kmsRegion: Type.Optional(
    Type.String({
      env: 'KMS_REGION',
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'Region of the key service; what the AWS SDK finds if unset',
    }),
  ),
  kmsMaxAttempts: Type.Integer({
    env: 'KMS_MAX_ATTEMPTS',
    default: 3,
    minimum: 1,
    maximum: 10,
    description: 'Tries of one call of the key service, the first included',
  }),
  pkcs11ModuleFile: Type.Optional(
    Type.String({
      env: 'PKCS11_MODULE_FILE',
      minLength: 1,
      description: 'Library of the hardware module, for keys with source pkcs11',
    }),
  ),
  pkcs11TokenLabel: Type.Optional(
    Type.String({
      env: 'PKCS11_TOKEN_LABEL',
      minLength: 1,
      maxLength: 32,
      description: 'Label of the token that holds the keys',
    }),
  ),
  pkcs11Pin: Type.Optional(
    Type.String({
      env: 'PKCS11_PIN',
      minLength: 1,
      secret: true,
      description: 'PIN of the token user',
    }),
  ),
  refillTicketTtlSeconds: Type.Integer({
    env: 'REFILL_TICKET_TTL_SECONDS',
    default: 120,
    minimum: 5,
    maximum: 3600,
    description: 'Life of a refill ticket',
  }),
  refillTicketKey: Type.Optional(
    Type.String({
      env: 'REFILL_TICKET_KEY',
      pattern: '^[0-9A-Fa-f]{64}$',
      secret: true,
      description:
        'Key of the refill tickets, 32 bytes in hex; derived from the current signing key if unset, which has to be a file then',
    }),
  ),
  publicKeyCacheSize: Type.Integer({
    env: 'PUBLIC_KEY_CACHE_SIZE',
    default: 2000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Parsed public device keys kept in memory',
  }),
});

export type AuthVaultConfig = ConfigOf<typeof authVaultConfig>;
