import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type PlanInput, type ServiceName, specOf } from '@openrecognize/all-in-one';

/** Services that keep nothing of their own, callees first. */
export const replicatedServices = [
  'node-persistence',
  'circuit-storage',
  'auth-vault',
  'core-daemon',
  'operations-service',
] as const satisfies readonly ServiceName[];
export type ReplicatedService = (typeof replicatedServices)[number];

/** Processes of services, several of each. */
export interface Replicas {
  /** Resolves when the replica is ready; the same again after it ended. */
  start(name: ReplicatedService, replica: number): Promise<void>;
  /** SIGKILL: no chance to finish anything. */
  kill(name: ReplicatedService, replica: number): Promise<void>;
  /** SIGTERM; resolves when it has drained and ended. Rejects where it did not end well. */
  drain(name: ReplicatedService, replica: number): Promise<void>;
  /** SIGKILL to all that run. */
  killAll(): Promise<void>;
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

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Resolves to the exit code; null after a signal. */
const endWith = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
};

/** @param plan what all replicas of a service have in common; each logs into a file of its own. */
export const createReplicas = (
  plan: PlanInput,
  portOf: (name: ReplicatedService, replica: number) => number,
): Replicas => {
  const running = new Map<string, ChildProcess>();

  const spawnReplica = (name: ReplicatedService, key: string, port: number): ChildProcess => {
    const { entry, environment } = specOf(name, plan);
    const log = openSync(join(plan.dataDir.logs, `${key}.log`), 'a');
    const PATH = process.env['PATH'];
    const env = { PATH, ...environment, PORT: String(port), DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) };
    const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', log, log] });
    closeSync(log);
    return child;
  };

  const end = async (name: ReplicatedService, replica: number, signal: 'SIGTERM' | 'SIGKILL') => {
    const key = `${name}-${replica}`;
    const child = running.get(key);
    running.delete(key);
    if (!child || hasEnded(child)) return;
    const code = await endWith(child, signal);
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`${key} ended with ${code}`);
  };

  return {
    start: async (name, replica) => {
      const key = `${name}-${replica}`;
      const port = portOf(name, replica);
      const child = spawnReplica(name, key, port);
      running.set(key, child);
      const deadline = performance.now() + READY_TIMEOUT_MS;
      while (!(await isReady(port))) {
        if (hasEnded(child)) throw new Error(`${key} did not start`);
        if (performance.now() > deadline) throw new Error(`${key} is not ready`);
        await delay(50);
      }
    },
    kill: (name, replica) => end(name, replica, 'SIGKILL'),
    drain: (name, replica) => end(name, replica, 'SIGTERM'),
    killAll: async () => {
      const left = [...running.values()].filter((child) => !hasEnded(child));
      await Promise.all(left.map((child) => endWith(child, 'SIGKILL')));
    },
  };
};
