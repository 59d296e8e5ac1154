import { createHttpClient } from '@openrecognize/clients';
import { type ConfigOf, createClientAddress, startService } from '@openrecognize/service-kit';
import { dashboardConfig } from './config.ts';
import { createKnownSessions } from './known-sessions.ts';
import { mountDashboard } from './server.ts';
import type { HealthTarget } from './service-health.ts';
import { createSessionCookie } from './session-cookie.ts';

/** How long the health page trusts a session it cannot ask about. */
const KNOWN_SESSION_TTL_MS = 10 * 60_000;

const healthTargetsOf = (config: ConfigOf<typeof dashboardConfig>): HealthTarget[] => {
  const urls: Record<string, string | undefined> = {
    'operations-service': config.operationsUrl,
    'core-daemon': config.coreDaemonUrl,
    'node-persistence': config.nodePersistenceUrl,
    'circuit-storage': config.circuitStorageUrl,
    'auth-vault': config.authVaultUrl,
    'enrollment-agent': config.enrollmentAgentUrl,
    'authentication-service': config.authenticationServiceUrl,
  };
  return Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [{ name, url }]));
};

await startService({
  name: 'admin-dashboard',
  description: 'Dashboard of operators: users, keys, settings, webhooks, audit, health',
  defaultPort: 3000,
  configSchema: dashboardConfig,
  build: ({ config, service }) => {
    const operations = createHttpClient({
      baseUrl: config.operationsUrl,
      timeoutMs: config.operationsTimeoutMs,
      onFailure: ({ method, path, error }) =>
        service.log.debug({ method, path, code: error.code }, 'call to the operations-service failed'),
    });
    service.onClose('operations', () => operations.close());
    mountDashboard(service.app, {
      operations,
      publicUrl: config.publicUrl,
      cookie: createSessionCookie({
        name: config.sessionCookieName,
        secure: config.publicUrl?.startsWith('https:') ?? false,
      }),
      sessions: createKnownSessions(KNOWN_SESSION_TTL_MS, () => performance.now()),
      clientAddress: createClientAddress(config.trustedProxies),
      healthTargets: healthTargetsOf(config),
      healthTimeoutMs: config.healthTimeoutMs,
      now: () => Date.now(),
    });
  },
});
