import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { monitoringFolder } from './documented-metrics.ts';

export type Binary = 'prometheus' | 'promtool' | 'prometheus-alertmanager' | 'amtool';

/** The folder of Prometheus' binaries, fetched if need be; or the reason why there is none. */
export const findPrometheus = (): { readonly folder: string } | { readonly reason: string } => {
  try {
    const output = execFileSync(join(monitoringFolder, 'install-prometheus.sh'), {
      encoding: 'utf8',
      timeout: 120_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { folder: output.trim() };
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    return { reason: stderr?.trim().split('\n').at(-1) || 'the script that fetches it failed' };
  }
};

/** What the tool prints. @throws with all it printed when it does not succeed */
export const runTool = (folder: string, binary: Binary, args: readonly string[]): string => {
  try {
    return execFileSync(join(folder, binary), args, {
      encoding: 'utf8',
      cwd: monitoringFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${binary} ${args.join(' ')}\n${stdout}${stderr}`);
  }
};

export interface RunningBinary {
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a server of it; its output is dropped. */
export const startBinary = (folder: string, binary: Binary, args: readonly string[]): RunningBinary => {
  const child = spawn(join(folder, binary), args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    process: child,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
};

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
