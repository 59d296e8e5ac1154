import { createBiometricPool } from '@openrecognize/biometrics';
import { createHttpClient } from '@openrecognize/clients';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { startService } from '@openrecognize/service-kit';
import { createHttpBackend } from './adapters/http-backend.ts';
import { authenticationServiceConfig, defaultPort } from './config.ts';
import { createImageKeys, createWrappingKeys } from './configured-keys.ts';
import { apiKeyHeader, maxBodyBytes, mountAuthenticationService } from './server.ts';
import {
  createFetchJwks,
  createKeySetCache,
  createPersistentUsedTokenStore,
  createUserAuthorization,
} from './user-authorization/index.ts';
import { serviceVersion } from './version.ts';

await startService({
  name: 'authentication-service',
  description: 'Client party of web and photo users',
  version: serviceVersion,
  defaultPort,
  configSchema: authenticationServiceConfig,
  bodyLimitBytes: maxBodyBytes,
  apiKeyHeader,
  build: async ({ config, service }) => {
    const imageKeys = createImageKeys(config);
    const clientOf = (baseUrl: string) =>
      createHttpClient({ baseUrl, serviceKey: config.serviceKey, timeoutMs: config.innerTimeoutMs });
    const clients = {
      coreDaemon: clientOf(config.coreDaemonUrl),
      nodePersistence: clientOf(config.nodePersistenceUrl),
      ...(config.authVaultUrl === undefined ? {} : { authVault: clientOf(config.authVaultUrl) }),
    };
    for (const [name, client] of Object.entries(clients)) service.onClose(name, () => client.close());
    const wrappingKeys = createWrappingKeys(config, clients.authVault);
    const fetchJwks = createFetchJwks({
      timeoutMs: config.jwksTimeoutMs,
      maxBytes: 65_536,
      allowHttp: config.jwksAllowHttp,
    });
    const now = Date.now;
    const analyzer = await createBiometricPool({
      manifest: config.modelManifest,
      ...(config.modelsDir === undefined ? {} : { modelsDir: config.modelsDir }),
      ...(config.biometricWorkers === undefined ? {} : { workers: config.biometricWorkers }),
      // Each of them has one picture at most in work.
      queueLimit: config.maxConcurrency + config.maxWebSessions,
    });
    service.onClose('biometric pool', () => analyzer.close());
    await mountAuthenticationService(service.app, {
      backend: createHttpBackend(clients),
      analyzer,
      tools: createNodeClientTools(),
      imageKeys,
      wrappingKeys,
      userAuthorization: createUserAuthorization({
        keySets: createKeySetCache({ fetchJwks, now }),
        usedTokens: createPersistentUsedTokenStore(clients.nodePersistence),
        now,
      }),
      circuitCount: config.circuitCount,
      apiKeyCacheSeconds: config.apiKeyCacheSeconds,
      maxConcurrency: config.maxConcurrency,
      metrics: service.metrics,
      web: {
        settings: {
          maxSessions: config.maxWebSessions,
          maxSessionsPerTenant: config.maxWebSessionsPerTenant,
          maxConnectionsPerAddress: config.maxWebConnectionsPerAddress,
          maxFrames: config.maxWebFrames,
          sessionTimeoutMs: config.webSessionTimeoutMs,
          minAcceptedFrames: config.minWebFrames,
          minLiveScore: config.minLiveScore,
          preparesBackup: config.preparesWebBackup,
        },
        trustedProxies: config.trustedProxies,
        ...(config.peerAddress === undefined
          ? {}
          : { peers: { address: config.peerAddress, serviceKey: config.serviceKey } }),
      },
      now,
    });
  },
});
