import { describe, expect, it } from 'vitest';
import { bankTenant } from './bank-tenant.ts';
import type { DemoSecrets } from './demo-secrets.ts';
import {
  heapMebibytes,
  portDefaults,
  type ServiceName,
  serviceNames,
  specOf,
  startGroups,
} from './stack-plan.ts';

const secrets: DemoSecrets = {
  serviceKey: 'service-key',
  databasePassword: 'database-password',
  apiKeys: { download: 'dk', mobile: 'mk', secret: 'sk' },
  bankSecretKey: 'sk-bank',
  signingKeyFile: '/data/secrets/jwt.pem',
  imageKeyFile: '/data/secrets/image.pem',
  operatorPassword: 'operator-password',
  operatorPasswordFile: '/data/secrets/operator.txt',
  clientStateKeyFile: '/data/secrets/client-state.hex',
};
const portOf = (name: ServiceName): number => 9_000 + serviceNames.indexOf(name);
const specFor = (name: ServiceName, services?: ReadonlySet<ServiceName>) =>
  specOf(name, {
    portOf,
    databaseUrl: 'postgres://localhost/openrecognize',
    dataDir: {
      root: '/data',
      postgres: '/data/postgres',
      objects: '/data/objects',
      logs: '/data/logs',
      secrets: '/data/secrets',
    },
    secrets,
    ...(services ? { services } : {}),
    overrides: { demo: { LOG_LEVEL: 'debug' } },
    shared: { OPENRECOGNIZE_MODELS_DIR: '/models' },
  });

describe('the plan of the stack', () => {
  it('starts each process once, after those it asks, on a port of its own', () => {
    expect(startGroups.flat().sort()).toEqual([...serviceNames].sort());
    expect(new Set(portDefaults.map(({ defaultPort }) => defaultPort)).size).toBe(serviceNames.length + 1);
  });

  it('limits the heap of every process, as its container would', () => {
    for (const name of serviceNames) {
      const { environment } = specFor(name);
      expect(environment['NODE_OPTIONS']).toBe(`--max-old-space-size=${heapMebibytes}`);
    }
  });

  it('lets the operations-service show every other service, post to this machine and trust the dashboard', () => {
    const { environment } = specFor('operations-service');
    const shown = environment['HEALTH_URLS']!.split(',').map((entry) => entry.split('=')[0]);
    const behind = ['core-daemon', 'node-persistence', 'auth-vault'];
    const services = serviceNames.filter(
      (name) => !['operations-service', 'demo', 'admin-dashboard'].includes(name),
    );
    expect([...behind, ...shown].sort()).toEqual([...services].sort());
    expect(environment).toMatchObject({
      WEBHOOK_PRIVATE_RANGES: '127.0.0.0/8,::1/128',
      TRUSTED_PROXIES: '127.0.0.0/8,::1/128',
    });
  });

  it('shows the health of what is started, and of nothing else', () => {
    const all = specFor('admin-dashboard').environment;
    expect(Object.keys(all).filter((name) => name.endsWith('_URL'))).toHaveLength(7);
    const some = new Set<ServiceName>(['core-daemon', 'circuit-storage']);
    expect(specFor('operations-service', some).environment['HEALTH_URLS']).toMatch(/^circuit-storage=[^,]+$/);
    const urls = Object.keys(specFor('admin-dashboard', some).environment).filter((name) =>
      name.endsWith('_URL'),
    );
    expect(urls.sort()).toEqual(['CIRCUIT_STORAGE_URL', 'CORE_DAEMON_URL', 'OPERATIONS_URL']);
  });

  it('gives the bank of the demo page a tenant of its own, whose key set the services take from this machine', () => {
    expect(specFor('demo').environment).toMatchObject({
      SECRET_API_KEY: 'sk',
      BANK_CUSTOMER: bankTenant.customer,
      BANK_SECRET_API_KEY: 'sk-bank',
      BANK_JWT_AUDIENCE: bankTenant.settings.jwtAudience,
      AUTHENTICATION_SERVICE_URL: `http://127.0.0.1:${portOf('authentication-service')}`,
    });
    for (const name of ['operations-service', 'authentication-service'] as const) {
      expect(specFor(name).environment['JWKS_ALLOW_HTTP']).toBe('true');
    }
  });

  it('notes failed starts of every process, and lets overrides win', () => {
    for (const name of serviceNames) {
      expect(specFor(name).environment).toMatchObject({
        METRICS_TEXTFILE_DIRECTORY: '/data/metrics',
        OPENRECOGNIZE_MODELS_DIR: '/models',
      });
    }
    expect(specFor('demo').environment['LOG_LEVEL']).toBe('debug');
  });
});
