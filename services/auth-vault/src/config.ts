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
  signingKeyFile: Type.String({
    env: 'SIGNING_KEY_FILE',
    minLength: 1,
    description: 'P-256 private key that signs JWTs, PKCS #8 PEM',
  }),
  signingKeyId: Type.String({
    env: 'SIGNING_KEY_ID',
    default: defaultKeyId,
    minLength: 1,
    maxLength: 128,
    description: 'kid of that key',
  }),
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
      description: 'Key of the refill tickets, 32 bytes in hex; derived from the signing key if unset',
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
