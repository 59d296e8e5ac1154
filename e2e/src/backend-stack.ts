import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createStack,
  findFreePorts,
  type ServiceName,
  type Stack,
  type StackOptions,
} from '@openrecognize/all-in-one';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@openrecognize/service-kit/embedded-postgres';

/** The services behind the device protocol and the server API; no models, no images. */
export const backendServices: readonly ServiceName[] = [
  'node-persistence',
  'circuit-storage',
  'auth-vault',
  'core-daemon',
  'operations-service',
];

export interface TestStack extends Stack {
  readonly dataDir: string;
  /** Kills the service's process without a chance to clean up; the supervisor starts a new one. */
  kill(name: ServiceName): void;
  /** Resolves when the service answers that it is ready. */
  untilReady(name: ServiceName, timeoutMs?: number): Promise<void>;
  /** Stops the database server and leaves it down; returns what starts it again. */
  stopDatabase(): Promise<() => Promise<void>>;
  dispose(): Promise<void>;
}

const isReady = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
};

/** The database server after the supervisor's own was stopped. */
const createDatabaseSwitch = (stack: Stack, dataDir: string) => {
  let server: EmbeddedPostgres | undefined;
  return {
    async stopDatabase() {
      await (server ?? stack.postgres).stop();
      return async () => {
        server = await startEmbeddedPostgres({
          dataDir: join(dataDir, 'postgres'),
          port: Number(new URL(stack.postgres.url).port),
          password: stack.secrets.databasePassword,
        });
      };
    },
    stop: async () => server?.stop(),
  };
};

/** A stack of its own in a folder of its own, on ports that are free now. */
export const startTestStack = async (
  options: Partial<Pick<StackOptions, 'services' | 'overrides' | 'dataDir' | 'ports'>> = {},
): Promise<TestStack> => {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'openrecognize-e2e-')));
  const handle = createStack({
    dataDir,
    ports: options.ports ?? (await findFreePorts()),
    services: options.services ?? backendServices,
    ...(options.overrides ? { overrides: options.overrides } : {}),
  });
  let database: ReturnType<typeof createDatabaseSwitch> | undefined;
  const dispose = async (): Promise<void> => {
    await handle.stop();
    await database?.stop();
    if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const stack = await handle.start();
    const databaseSwitch = createDatabaseSwitch(stack, dataDir);
    database = databaseSwitch;
    return {
      ...stack,
      stopDatabase: databaseSwitch.stopDatabase,
      dataDir,
      dispose,
      kill: (name) => {
        const { pid } = stack.service(name);
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      },
      untilReady: async (name, timeoutMs = 30_000) => {
        const deadline = performance.now() + timeoutMs;
        while (!(await isReady(stack.urlOf(name)))) {
          if (performance.now() > deadline) throw new Error(`${name} is not ready`);
          await delay(50);
        }
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
};
