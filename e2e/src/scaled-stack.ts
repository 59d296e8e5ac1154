import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DemoSecrets,
  databaseName,
  demoCustomer,
  loadDemoSecrets,
  type PlanInput,
  prepareDataDir,
  registerDemoTenant,
  type ServiceName,
  specOf,
} from '@openrecognize/all-in-one';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@openrecognize/service-kit/embedded-postgres';

/** Services that keep nothing of their own, callees first. */
export const replicatedServices = [
  'node-persistence',
  'circuit-storage',
  'auth-vault',
  'core-daemon',
  'operations-service',
] as const satisfies readonly ServiceName[];
export type ReplicatedService = (typeof replicatedServices)[number];

/** Where the payloads are. */
export interface ObjectStore {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface ScaledStackOptions {
  readonly replicaCount: number;
  readonly objectStore: ObjectStore;
  /** Port that stands for all replicas of a service; what listens there is the caller's. */
  readonly portOf: (name: ServiceName) => number;
  readonly replicaPortOf: (name: ReplicatedService, replica: number) => number;
}

export interface ScaledStack {
  readonly secrets: DemoSecrets;
  readonly postgres: EmbeddedPostgres;
  readonly databaseUrl: string;
  readonly customer: string;
  /** Registers the demo tenant; once node-persistence can be reached at its port. */
  registerTenant(): Promise<void>;
  /** SIGKILL: no chance to finish anything. */
  kill(name: ReplicatedService, replica: number): Promise<void>;
  /** SIGTERM; resolves when it has drained and ended. Rejects where it did not end well. */
  drain(name: ReplicatedService, replica: number): Promise<void>;
  /** Starts a replica that ended; resolves when it is ready. */
  start(name: ReplicatedService, replica: number): Promise<void>;
  logOf(name: ReplicatedService, replica: number): string;
  dispose(): Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
/** Time in which a load balancer sees that a replica is about to go; it looks every 300 ms. */
const DRAIN_DELAY_MS = 2_000;

const isReady = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, {
      signal: AbortSignal.timeout(1_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};

/**
 * Several processes of each service on one database and one object store. Services call one another through
 * `portOf`, so start what balances the load there before anything is expected to be ready beyond node-persistence and
 * circuit-storage.
 */
export const startScaledStack = async (options: ScaledStackOptions): Promise<ScaledStack> => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-scale-'));
  const dataDir = await prepareDataDir(folder);
  const secrets = await loadDemoSecrets(dataDir.secrets);
  const postgres = await startEmbeddedPostgres({
    dataDir: dataDir.postgres,
    port: 0,
    password: secrets.databasePassword,
  });
  await postgres.createDatabase(databaseName);
  const databaseUrl = postgres.url(databaseName);
  const { endpoint, region, bucket, credentials } = options.objectStore;
  const plan: PlanInput = {
    portOf: options.portOf,
    databaseUrl,
    dataDir,
    secrets,
    overrides: {
      'circuit-storage': {
        OBJECT_STORE_KIND: 's3',
        S3_ENDPOINT: endpoint,
        S3_REGION: region,
        S3_BUCKET: bucket,
        S3_FORCE_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: credentials.accessKeyId,
        S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    },
  };
  const running = new Map<string, ChildProcess>();
  const keyOf = (name: ReplicatedService, replica: number): string => `${name}-${replica}`;
  const logOf = (name: ReplicatedService, replica: number): string =>
    join(dataDir.logs, `${keyOf(name, replica)}.log`);

  const start = async (name: ReplicatedService, replica: number): Promise<void> => {
    const spec = specOf(name, plan);
    const port = options.replicaPortOf(name, replica);
    const log = openSync(logOf(name, replica), 'a');
    const child = spawn(process.execPath, [spec.entry], {
      env: {
        PATH: process.env['PATH'],
        ...spec.environment,
        PORT: String(port),
        DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.set(keyOf(name, replica), child);
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`${keyOf(name, replica)} did not start`);
      if (performance.now() > deadline) throw new Error(`${keyOf(name, replica)} is not ready`);
      await delay(50);
    }
  };

  const end = async (name: ReplicatedService, replica: number, signal: 'SIGTERM' | 'SIGKILL') => {
    const key = keyOf(name, replica);
    const child = running.get(key);
    running.delete(key);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await exited;
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`${key} ended with ${code}`);
  };

  return {
    secrets,
    postgres,
    databaseUrl,
    customer: demoCustomer,
    registerTenant: () =>
      registerDemoTenant(`http://127.0.0.1:${options.portOf('node-persistence')}`, demoCustomer, secrets),
    kill: (name, replica) => end(name, replica, 'SIGKILL'),
    drain: (name, replica) => end(name, replica, 'SIGTERM'),
    start,
    logOf,
    dispose: async () => {
      const ends = [...running.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      });
      await Promise.all(ends);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
