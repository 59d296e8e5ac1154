import { MAX_BITS, payloadBytes } from '@openrecognize/garbled-circuits';
import {
  collectDeadBuffers,
  createApiKeyGuard,
  createService,
  type EndpointGuards,
  type Service,
  type ServiceOptions,
  serviceKeyGuard,
} from '@openrecognize/service-kit';
import { circuitBatchBytes, maxBatchCircuits } from '@openrecognize/zkb/messages';
import { createBackgroundTasks } from './adapters/background-tasks.ts';
import { createEvaluationEngine } from './adapters/evaluation-engine.ts';
import { createIdentityTokens } from './adapters/identity-tokens.ts';
import { connectInnerService } from './adapters/inner-service.ts';
import { createLocalSignatures } from './adapters/local-signatures.ts';
import { createServiceTimings } from './adapters/service-timings.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { CoreDaemonDeps } from './commands/core-daemon-deps.ts';
import { purgeListedDevices } from './commands/purge-circuits.ts';
import { createRecentMatches } from './commands/recent-matches.ts';
import type { CoreDaemonConfig } from './config.ts';
import { repeat } from './jobs/repeat.ts';
import { usedAuthVaultEndpoints } from './ports/auth-vault.ts';
import { usedCircuitStorageEndpoints } from './ports/circuit-storage.ts';
import { usedNodePersistenceEndpoints } from './ports/node-persistence.ts';
import { mountRoutes } from './routes/mount-routes.ts';

export const serviceName = 'core-daemon';
export const serviceDescription = 'Device protocol: reserves, evaluates, answers';
/** The largest batch of circuits (spec 04 §4.1). */
export const bodyLimitBytes = circuitBatchBytes(maxBatchCircuits, payloadBytes(MAX_BITS), true);

/** Longest wait at shutdown for what outlived its request. */
const SETTLE_TIMEOUT_MS = 3000;

/** Connects the services behind this one; the frame closes them and reports their state. */
const connectServices = (service: Service, config: CoreDaemonConfig) => {
  const shared = {
    serviceKey: config.serviceKey,
    timeoutMs: config.innerServiceTimeoutMs,
    connections: config.innerServiceConnections,
    log: service.log,
  };
  const persistence = connectInnerService({
    ...shared,
    name: 'node-persistence',
    baseUrl: config.nodePersistenceUrl,
    endpoints: usedNodePersistenceEndpoints,
  });
  const storage = connectInnerService({
    ...shared,
    name: 'circuit-storage',
    baseUrl: config.circuitStorageUrl,
    endpoints: usedCircuitStorageEndpoints,
  });
  const signatures = createLocalSignatures(config.publicKeyCacheSize, () => performance.now());
  const vault = connectInnerService({
    ...shared,
    name: 'auth-vault',
    baseUrl: config.authVaultUrl,
    endpoints: usedAuthVaultEndpoints,
    onDisconnect: signatures.doubtVault,
  });
  for (const [name, inner] of Object.entries({
    'node-persistence': persistence,
    'circuit-storage': storage,
    'auth-vault': vault,
  })) {
    service.readiness.add(name, () => inner.probe());
    service.onClose(name, () => inner.close());
  }
  return { persistence: persistence.port, storage: storage.port, vault: signatures.over(vault.port) };
};

const guardsOf = (config: CoreDaemonConfig, deps: CoreDaemonDeps): EndpointGuards => ({
  'service-key': serviceKeyGuard(config.serviceKey),
  'mobile-key': createApiKeyGuard({
    resolve: (keySha256, call) => deps.persistence.resolveApiKey({ body: { keySha256 } }, call),
    requiredKind: 'mobile',
    cacheSeconds: config.apiKeyCacheSeconds,
    now: deps.clock.now,
    // The authentication-service enrolls web users in the name of their tenant.
    trustedServices: {
      serviceKey: config.serviceKey,
      readTenant: (customer, call) => deps.persistence.readTenant({ params: { customer } }, call),
    },
  }),
});

/** Connects, adds the routes and starts the purge job; the service frame ends all of it. */
export const buildCoreDaemon = (service: Service, config: CoreDaemonConfig): void => {
  collectDeadBuffers(service);
  const { persistence, storage, vault } = connectServices(service, config);
  const background = createBackgroundTasks();
  const deps: CoreDaemonDeps = {
    persistence,
    storage,
    vault,
    background,
    identityTokens: createIdentityTokens(systemClock.now),
    engine: createEvaluationEngine(service),
    clock: systemClock,
    recentMatches: createRecentMatches(systemClock.now),
    timings: createServiceTimings(service.metrics),
    settings: config,
  };
  mountRoutes(service, guardsOf(config, deps), deps);
  const purge = repeat(
    () => purgeListedDevices(deps, { requestId: crypto.randomUUID() }),
    config.purgeIntervalSeconds * 1000,
  );
  // Closers run in reverse: first what still works with the connections, then the connections.
  service.onClose('background tasks', () => background.settled(SETTLE_TIMEOUT_MS));
  service.onClose('purge job', () => purge.stop());
};

/** The service without a socket, for tests in one process: `service.app.inject` or `service.app.listen`. */
export const createCoreDaemon = async (
  config: CoreDaemonConfig,
  options: Pick<ServiceOptions, 'logging' | 'metrics'> = {},
): Promise<Service> => {
  const service = await createService({
    name: serviceName,
    description: serviceDescription,
    bodyLimitBytes,
    ...options,
  });
  buildCoreDaemon(service, config);
  return service;
};
