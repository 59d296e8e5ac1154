import { hexToBytes } from '@openrecognize/bytes';
import { type EndpointGuards, type Service, serviceKeyGuard } from '@openrecognize/service-kit';
import type { FastifyInstance } from 'fastify';
import { loadFileSigningKey } from './adapters/file-jwt-signer.ts';
import { connectNodePersistence } from './adapters/http-node-persistence.ts';
import { createServiceIncidents } from './adapters/service-incidents.ts';
import { createDeviceKeyCache, type DeviceKeyCache } from './commands/device-key-cache.ts';
import { createRefillTickets, type RefillTickets } from './commands/refill-tickets.ts';
import type { AuthVaultConfig } from './config.ts';
import type { Incidents } from './ports/incidents.ts';
import type { JwtSigner } from './ports/jwt-signer.ts';
import type { NodePersistence } from './ports/node-persistence.ts';
import { mountIssueRefillTicket } from './routes/issue-refill-ticket.ts';
import { mountReadJwks } from './routes/read-jwks.ts';
import { mountResolveMatch } from './routes/resolve-match.ts';
import { mountStoreMatchTokens } from './routes/store-match-tokens.ts';
import { mountVerifyDeviceSignature } from './routes/verify-device-signature.ts';

/** Everything the vault works with. */
export interface AuthVaultDeps {
  readonly persistence: NodePersistence;
  readonly signer: JwtSigner;
  readonly tickets: RefillTickets;
  readonly deviceKeys: DeviceKeyCache;
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
  mountResolveMatch,
  mountReadJwks,
];

/** Adds the vault's routes to a service frame; every one of them asks for the service key. */
export const mountAuthVault = (service: Service, serviceKey: string, deps: AuthVaultDeps): void => {
  const guards: EndpointGuards = { 'service-key': serviceKeyGuard(serviceKey) };
  const app = service.app as unknown as FastifyInstance;
  for (const mount of mounts) mount(app, guards, deps);
};

/**
 * Loads the signing key, connects to node-persistence and adds the routes.
 *
 * @throws RecognizeError CONFIG_INVALID when the signing key cannot be used
 */
export const buildAuthVault = async (service: Service, config: AuthVaultConfig): Promise<void> => {
  const now = () => Date.now();
  const signingKey = await loadFileSigningKey(config.signingKeyFile, config.signingKeyId);
  const ticketKey =
    config.refillTicketKey === undefined
      ? signingKey.deriveRefillTicketKey()
      : hexToBytes(config.refillTicketKey);
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
    signer: signingKey.signer,
    tickets: createRefillTickets(ticketKey, config.refillTicketTtlSeconds, now),
    deviceKeys: createDeviceKeyCache(config.publicKeyCacheSize),
    incidents: createServiceIncidents(service),
    now,
  });
};
