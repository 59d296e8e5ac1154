/**
 * haproxy for tests: one listening port for each group of replicas, as a cluster's service has. Replicas are asked for
 * `/health/ready`; one that does not answer gets no new requests. What was not sent yet goes to another replica.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { whyNotInstalled } from './debian-packages.ts';

export interface ReplicaGroup {
  readonly name: string;
  readonly port: number;
  readonly replicaPorts: readonly number[];
}

export interface Haproxy {
  stop(): Promise<void>;
}

/** `server`, or why there is none. */
export type HaproxyStart =
  | { readonly server: Haproxy; readonly skipped?: undefined }
  | { readonly server?: undefined; readonly skipped: string };

/** The replicas may still be starting. */
const START_TIMEOUT_MS = 120_000;

const configurationOf = (groups: readonly ReplicaGroup[]): string => `
global
  maxconn 4096
defaults
  mode http
  timeout connect 2s
  # Without it a check may take no longer than the interval: a busy machine is not a dead one.
  timeout check 5s
  timeout client 60s
  timeout server 60s
  timeout http-keep-alive 60s
  # A request whose connection was never made, or closed before a byte of it was read, is safe to send elsewhere.
  retries 3
  option redispatch 1
  retry-on conn-failure
  option httpchk GET /health/ready
  http-check expect status 200
  default-server inter 300ms fall 2 rise 1
${groups
  .map(({ name, port, replicaPorts }) =>
    [
      `listen ${name}`,
      `  bind 127.0.0.1:${port}`,
      ...replicaPorts.map((replica, i) => `  server ${name}-${i} 127.0.0.1:${replica} check`),
    ].join('\n'),
  )
  .join('\n')}
`;

const answers = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};

/** Starts it, installing it first where that is possible. @throws Error if it is installed and yet does not start */
export const startHaproxy = async (groups: readonly ReplicaGroup[]): Promise<HaproxyStart> => {
  const missing = await whyNotInstalled(['haproxy'], ['haproxy']);
  if (missing !== undefined) return { skipped: missing };
  const folder = await mkdtemp(join(tmpdir(), 'haproxy-'));
  const config = join(folder, 'haproxy.cfg');
  await writeFile(config, configurationOf(groups));
  const child = spawn('haproxy', ['-db', '-f', config], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (const { name, port } of groups) {
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        await stop();
        throw new Error(`haproxy does not reach ${name}`);
      }
      await delay(50);
    }
  }
  return { server: { stop } };
};
