import { fileURLToPath } from 'node:url';
import { bankTenant } from './bank-tenant.ts';
import type { DataDir } from './data-dir.ts';
import type { DemoSecrets } from './demo-secrets.ts';
import type { PortDefault } from './ports.ts';
import type { ServiceSpec } from './supervised-service.ts';

/** The processes of the stack beside the database. */
export const serviceNames = [
  'node-persistence',
  'circuit-storage',
  'auth-vault',
  'core-daemon',
  'operations-service',
  'enrollment-agent',
  'authentication-service',
  'demo',
  'admin-dashboard',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Pages for people, beside the services they use. */
const apps: ReadonlySet<ServiceName> = new Set(['demo', 'admin-dashboard']);

const services = serviceNames.filter((name) => !apps.has(name));

/** Name of the operator that a new installation has. */
export const firstOperator = 'admin';
/** Name of the demo tenant. */
export const demoCustomer = 'demo';
export const databaseName = 'openrecognize';
/**
 * Most mebibytes of JavaScript objects in each process, a quarter of the smallest container it runs in; the images set the
 * same (deploy/images). By itself V8 goes by the memory of the machine, and lets garbage grow accordingly.
 */
export const heapMebibytes = 500;
const loopback = '127.0.0.0/8,::1/128';

export const portDefaults: readonly PortDefault[] = [
  {
    name: 'authentication-service',
    defaultPort: 8080,
    variable: 'OPENRECOGNIZE_AUTHENTICATION_SERVICE_PORT',
  },
  { name: 'enrollment-agent', defaultPort: 8081, variable: 'OPENRECOGNIZE_ENROLLMENT_AGENT_PORT' },
  { name: 'core-daemon', defaultPort: 8082, variable: 'OPENRECOGNIZE_CORE_DAEMON_PORT' },
  { name: 'node-persistence', defaultPort: 8083, variable: 'OPENRECOGNIZE_NODE_PERSISTENCE_PORT' },
  { name: 'circuit-storage', defaultPort: 8084, variable: 'OPENRECOGNIZE_CIRCUIT_STORAGE_PORT' },
  { name: 'auth-vault', defaultPort: 8085, variable: 'OPENRECOGNIZE_AUTH_VAULT_PORT' },
  { name: 'operations-service', defaultPort: 8086, variable: 'OPENRECOGNIZE_OPERATIONS_SERVICE_PORT' },
  { name: 'demo', defaultPort: 8090, variable: 'OPENRECOGNIZE_DEMO_PORT' },
  { name: 'admin-dashboard', defaultPort: 3000, variable: 'OPENRECOGNIZE_ADMIN_DASHBOARD_PORT' },
  { name: 'database', defaultPort: 54_329, variable: 'OPENRECOGNIZE_DATABASE_PORT' },
];

/**
 * Services that may start side by side; each group needs the ones before it. The last two groups, what serves
 * people, may be left out by a test that needs the backend alone.
 */
export const startGroups: readonly (readonly ServiceName[])[] = [
  ['node-persistence', 'circuit-storage'],
  ['auth-vault'],
  ['core-daemon'],
  ['operations-service', 'enrollment-agent', 'authentication-service'],
  ['demo', 'admin-dashboard'],
];

export interface PlanInput {
  readonly portOf: (name: ServiceName) => number;
  readonly databaseUrl: string;
  readonly dataDir: DataDir;
  readonly secrets: DemoSecrets;
  /** What is started; all by default. Health is shown of these alone. */
  readonly services?: ReadonlySet<ServiceName>;
  /** More environment for one service, over the plan's. */
  readonly overrides?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** Variables handed on to every service, e.g. where the models are. */
  readonly shared?: Readonly<Record<string, string>>;
}

const entryOf = (name: ServiceName): string =>
  fileURLToPath(
    new URL(`../../../${apps.has(name) ? 'apps' : 'services'}/${name}/dist/main.js`, import.meta.url),
  );

/** What starts a service, from the plan's ports, keys and folders. */
export const specOf = (name: ServiceName, input: PlanInput): ServiceSpec => {
  const { portOf, databaseUrl, dataDir, secrets } = input;
  const urlOf = (target: ServiceName): string => `http://127.0.0.1:${portOf(target)}`;
  const isStarted = (target: ServiceName): boolean => input.services?.has(target) ?? true;
  const healthUrls = (targets: readonly ServiceName[]): string =>
    targets
      .filter(isStarted)
      .map((target) => `${target}=${urlOf(target)}`)
      .join(',');
  const dashboardHealth = (): Record<string, string> =>
    Object.fromEntries(
      services
        .filter((target) => target !== 'operations-service' && isStarted(target))
        .map((target) => [`${target.toUpperCase().replaceAll('-', '_')}_URL`, urlOf(target)]),
    );
  const own: Record<ServiceName, Record<string, string>> = {
    'node-persistence': { DATABASE_URL: databaseUrl },
    'circuit-storage': {
      DATABASE_URL: databaseUrl,
      OBJECT_STORE_KIND: 'file',
      OBJECT_STORE_DIRECTORY: dataDir.objects,
    },
    'auth-vault': {
      NODE_PERSISTENCE_URL: urlOf('node-persistence'),
      SIGNING_KEY_FILE: secrets.signingKeyFile,
      CLIENT_STATE_KEYS: `local=file:${secrets.clientStateKeyFile}`,
    },
    'core-daemon': {
      NODE_PERSISTENCE_URL: urlOf('node-persistence'),
      CIRCUIT_STORAGE_URL: urlOf('circuit-storage'),
      AUTH_VAULT_URL: urlOf('auth-vault'),
    },
    'operations-service': {
      CORE_DAEMON_URL: urlOf('core-daemon'),
      NODE_PERSISTENCE_URL: urlOf('node-persistence'),
      AUTH_VAULT_URL: urlOf('auth-vault'),
      OPERATOR_BOOTSTRAP: `${firstOperator}:${secrets.operatorPassword}`,
      HEALTH_URLS: healthUrls(['circuit-storage', 'enrollment-agent', 'authentication-service']),
      // The receiver of a demo, and the dashboard's server, run on this machine.
      WEBHOOK_PRIVATE_RANGES: loopback,
      TRUSTED_PROXIES: loopback,
      // The bank of the demo page publishes its key set on this machine.
      JWKS_ALLOW_HTTP: 'true',
    },
    'enrollment-agent': {
      AUTH_SERVER_URL: urlOf('core-daemon'),
      AUTH_SERVER_API_KEY: secrets.apiKeys.mobile,
    },
    'authentication-service': {
      CORE_DAEMON_URL: urlOf('core-daemon'),
      NODE_PERSISTENCE_URL: urlOf('node-persistence'),
      IMAGE_KEY_FILE: secrets.imageKeyFile,
      IMAGE_KEY_ID: 'alias/demo',
      AUTH_VAULT_URL: urlOf('auth-vault'),
      JWKS_ALLOW_HTTP: 'true',
    },
    demo: {
      CORE_DAEMON_URL: urlOf('core-daemon'),
      OPERATIONS_URL: urlOf('operations-service'),
      MOBILE_API_KEY: secrets.apiKeys.mobile,
      SECRET_API_KEY: secrets.apiKeys.secret,
      STATE_DIRECTORY: `${dataDir.root}/demo`,
      AUTHENTICATION_SERVICE_URL: urlOf('authentication-service'),
      BANK_CUSTOMER: bankTenant.customer,
      BANK_SECRET_API_KEY: secrets.bankSecretKey,
      BANK_JWT_AUDIENCE: bankTenant.settings.jwtAudience,
      BANK_DIRECTORY: `${dataDir.root}/bank`,
    },
    'admin-dashboard': {
      OPERATIONS_URL: urlOf('operations-service'),
      SESSION_COOKIE_NAME: `openrecognize-operator-${portOf('admin-dashboard')}`,
      ...dashboardHealth(),
    },
  };
  return {
    name,
    entry: entryOf(name),
    readyUrl: `${urlOf(name)}/health/ready`,
    environment: {
      HOST: '127.0.0.1',
      PORT: String(portOf(name)),
      SERVICE_KEY: secrets.serviceKey,
      NODE_ENV: 'development',
      NODE_OPTIONS: `--max-old-space-size=${heapMebibytes}`,
      METRICS_TEXTFILE_DIRECTORY: `${dataDir.root}/metrics`,
      ...input.shared,
      ...own[name],
      ...input.overrides?.[name],
    },
  };
};
