import { join } from 'node:path';
import { registerBankTenant } from './bank-tenant.ts';
import { prepareDataDir } from './data-dir.ts';
import { type DemoSecrets, loadDemoSecrets } from './demo-secrets.ts';
import { type DemoTenant, registerDemoTenant, writeDemoTenant } from './demo-tenant.ts';
import { assertPortsFree, type WantedPort } from './ports.ts';
import {
  databaseName,
  demoCustomer,
  type PlanInput,
  type ServiceName,
  serviceNames,
  specOf,
  startGroups,
} from './stack-plan.ts';
import type { SupervisedPostgres } from './supervised-postgres.ts';
import type { SupervisedService } from './supervised-service.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import type { SupervisorListener } from './supervisor-event.ts';

export interface StackOptions {
  readonly dataDir: string;
  /** One for each service and for `database`. */
  readonly ports: readonly WantedPort[];
  /** Services that are started; all by default. */
  readonly services?: readonly ServiceName[];
  readonly overrides?: PlanInput['overrides'];
  readonly shared?: PlanInput['shared'];
  readonly onEvent?: SupervisorListener;
}

/** The running stack. */
export interface Stack {
  readonly tenant: DemoTenant;
  /** File that holds `tenant`. */
  readonly tenantFile: string;
  readonly secrets: DemoSecrets;
  readonly postgres: SupervisedPostgres;
  urlOf(name: ServiceName): string;
  logOf(name: ServiceName): string;
  /** The process that was started last under the name. */
  service(name: ServiceName): SupervisedService;
  /** Starts a service again that was stopped with `service(name).stop()`. */
  startAgain(name: ServiceName): Promise<void>;
}

export interface StackHandle {
  /** @throws StartupError in one line for people; call `stop` even then. */
  start(): Promise<Stack>;
  /** Stops what was started, the latest first; the data stays. */
  stop(): Promise<void>;
}

/** Prepares a stack without starting it, so that a signal that comes early finds something to stop. */
export const createStack = (options: StackOptions): StackHandle => {
  let supervisor: Supervisor | undefined;

  const start = async (): Promise<Stack> => {
    await assertPortsFree(options.ports);
    const dataDir = await prepareDataDir(options.dataDir);
    const secrets = await loadDemoSecrets(dataDir.secrets);
    const portOf = (name: ServiceName | 'database'): number => {
      const wanted = options.ports.find((port) => port.name === name);
      if (!wanted) throw new TypeError(`no port for ${name}`);
      return wanted.port;
    };
    const urlOf = (name: ServiceName): string => `http://127.0.0.1:${portOf(name)}`;
    const running = createSupervisor({
      logsFolder: dataDir.logs,
      ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    });
    supervisor = running;
    const postgres = await running.startPostgres({
      dataDir: dataDir.postgres,
      port: portOf('database'),
      password: secrets.databasePassword,
      database: databaseName,
    });
    const wanted = new Set(options.services ?? serviceNames);
    const plan: PlanInput = {
      services: wanted,
      portOf,
      databaseUrl: postgres.url,
      dataDir,
      secrets,
      ...(options.overrides ? { overrides: options.overrides } : {}),
      ...(options.shared ? { shared: options.shared } : {}),
    };
    const services = new Map<ServiceName, SupervisedService>();
    for (const [index, group] of startGroups.entries()) {
      const names = group.filter((name) => wanted.has(name));
      if (names.includes('demo')) await registerBankTenant({ urlOf, secrets });
      const started = await running.startServices(names.map((name) => specOf(name, plan)));
      for (const service of started) services.set(service.name as ServiceName, service);
      if (index === 0) await registerDemoTenant(urlOf('node-persistence'), demoCustomer, secrets);
    }
    const tenant: DemoTenant = {
      customer: demoCustomer,
      coreDaemonUrl: urlOf('core-daemon'),
      operationsUrl: urlOf('operations-service'),
      authenticationServiceUrl: urlOf('authentication-service'),
      agentUrl: urlOf('enrollment-agent'),
      mobileApiKey: secrets.apiKeys.mobile,
      secretApiKey: secrets.apiKeys.secret,
      downloadKey: secrets.apiKeys.download,
    };
    const tenantFile = join(dataDir.root, 'demo-tenant.json');
    await writeDemoTenant(tenantFile, tenant);

    const service = (name: ServiceName): SupervisedService => {
      const found = services.get(name);
      if (!found) throw new TypeError(`${name} was not started`);
      return found;
    };
    return {
      tenant,
      tenantFile,
      secrets,
      postgres,
      urlOf,
      logOf: (name) => join(dataDir.logs, `${name}.log`),
      service,
      startAgain: async (name) => {
        const [again] = await running.startServices([specOf(name, plan)]);
        if (again) services.set(name, again);
      },
    };
  };

  return { start, stop: async () => supervisor?.stop() };
};
