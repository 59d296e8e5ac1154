import { hexToBytes } from '@openrecognize/bytes';
import { type EndpointGuards, type Service, serviceKeyGuard } from '@openrecognize/service-kit';
import { createDeviceKeyCache, type DeviceKeyCache } from '@openrecognize/zkb/node';
import type { FastifyInstance } from 'fastify';
import { connectNodePersistence } from './adapters/http-node-persistence.ts';
import { guardSigningKey } from './adapters/keys/guarded-signing-key.ts';
import { createKeyHolders } from './adapters/keys/key-holders.ts';
import { loadClientStateKeys } from './adapters/keys/load-client-state-keys.ts';
import { type LoadedSigningKeys, loadSigningKeys } from './adapters/keys/load-signing-keys.ts';
import { createServiceIncidents } from './adapters/service-incidents.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { type ClientStates, createClientStates } from './commands/client-states.ts';
import { createJwtSigner } from './commands/jwt-signer.ts';
import { createRefillTickets, type RefillTickets } from './commands/refill-tickets.ts';
import type { AuthVaultConfig } from './config.ts';
import { configInvalid } from './key-sources.ts';
import type { Incidents } from './ports/incidents.ts';
import type { JwtSigner } from './ports/jwt-signer.ts';
import type { NodePersistence } from './ports/node-persistence.ts';
import { mountCheckRefillTicket } from './routes/check-refill-ticket.ts';
import { mountIssueRefillTicket } from './routes/issue-refill-ticket.ts';
import { mountReadJwks } from './routes/read-jwks.ts';
import { mountResolveMatch } from './routes/resolve-match.ts';
import { mountStoreMatchTokens } from './routes/store-match-tokens.ts';
import { mountUnwrapClientState } from './routes/unwrap-client-state.ts';
import { mountVerifyDeviceSignature } from './routes/verify-device-signature.ts';
import { mountWrapClientState } from './routes/wrap-client-state.ts';

/** Everything the vault works with. */
export interface AuthVaultDeps {
  readonly persistence: NodePersistence;
  readonly signer: JwtSigner;
  readonly tickets: RefillTickets;
  readonly deviceKeys: DeviceKeyCache;
  readonly clientStates: ClientStates;
  readonly incidents: Incidents;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Adds one route. */
export type Mount = (app: FastifyInstance, guards: EndpointGuards, deps: AuthVaultDeps) => void;

const mounts: readonly Mount[] = [
  mountVerifyDeviceSignature,
  mountStoreMatchTokens,
  mountIssueRefillTicket,
  mountCheckRefillTicket,
  mountResolveMatch,
  mountReadJwks,
  mountWrapClientState,
  mountUnwrapClientState,
];

const refillTicketKeyOf = (config: AuthVaultConfig, keys: LoadedSigningKeys): Uint8Array => {
  if (config.refillTicketKey !== undefined) return hexToBytes(config.refillTicketKey);
  if (keys.deriveRefillTicketKey) return keys.deriveRefillTicketKey();
  throw configInvalid('REFILL_TICKET_KEY', 'is missing: no other key can be derived from this signing key');
};

/** Adds the vault's routes to a service frame; every one of them asks for the service key. */
export const mountAuthVault = (service: Service, serviceKey: string, deps: AuthVaultDeps): void => {
  const guards: EndpointGuards = { 'service-key': serviceKeyGuard(serviceKey) };
  const app = service.app as unknown as FastifyInstance;
  for (const mount of mounts) mount(app, guards, deps);
};

/**
 * Loads the keys, connects to node-persistence and adds the routes.
 *
 * @throws RecognizeError CONFIG_INVALID when a key cannot be used, SERVICE_UNAVAILABLE when its holder can't be reached
 */
export const buildAuthVault = async (service: Service, config: AuthVaultConfig): Promise<void> => {
  const now = () => Date.now();
  const incidents = createServiceIncidents(service);
  const holders = createKeyHolders(config, (name, closer) => service.onClose(name, closer));
  const keys = await loadSigningKeys(config, holders, now());
  const breaker = createCircuitBreaker({
    failureThreshold: config.signBreakerFailures,
    cooldownMs: config.signBreakerCooldownMs,
    now: () => performance.now(),
  });
  const current = guardSigningKey(keys.current, breaker, service);
  const clientStateKeys = await loadClientStateKeys(config.clientStateKeys, holders.kms);
  const persistence = connectNodePersistence({
    baseUrl: config.nodePersistenceUrl,
    serviceKey: config.serviceKey,
    timeoutMs: config.nodePersistenceTimeoutMs,
    log: service.log,
  });
  service.onClose('node-persistence', () => persistence.close());
  service.readiness.add('node-persistence', () => persistence.probe());
  mountAuthVault(service, config.serviceKey, {
    persistence,
    signer: createJwtSigner({ current, others: keys.others, now }),
    tickets: createRefillTickets(refillTicketKeyOf(config, keys), config.refillTicketTtlSeconds, now),
    deviceKeys: createDeviceKeyCache(config.publicKeyCacheSize),
    clientStates: createClientStates(clientStateKeys, incidents),
    incidents,
    now,
  });
};
