import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { SUPERVISED_VARIABLE } from '@openrecognize/service-kit';
import { createRestartBackoff } from './restart-backoff.ts';
import { openServiceLog, type ServiceLog } from './service-log.ts';
import { StartupError } from './startup-error.ts';
import type { SupervisorListener } from './supervisor-event.ts';

/** One process of the stack. */
export interface ServiceSpec {
  readonly name: string;
  /** The JavaScript (or TypeScript) file to run with our own Node. */
  readonly entry: string;
  /** Its whole environment beside `PATH`: nothing of ours leaks in. */
  readonly environment: Readonly<Record<string, string>>;
  /** Answers 200 once the service can work, e.g. `http://127.0.0.1:8080/health/ready`. */
  readonly readyUrl: string;
  /** Longest wait for the first 200; 30 s by default. */
  readonly readyTimeoutMs?: number;
  /** Longest wait for a graceful end; 15 s by default. */
  readonly stopTimeoutMs?: number;
}

export interface SupervisedService {
  readonly name: string;
  /** Of the running process, undefined between a crash and the next start. */
  readonly pid: number | undefined;
  /** Starts after the first. */
  readonly restarts: number;
  /** SIGTERM, then SIGKILL after `stopTimeoutMs`; no restart follows. */
  stop(): Promise<void>;
}

const DEFAULT_READY_TIMEOUT_MS = 30_000;
const DEFAULT_STOP_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;
const POLL_TIMEOUT_MS = 1000;

interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

interface Run {
  readonly child: ChildProcess;
  readonly log: ServiceLog;
  readonly startedAtMs: number;
  readonly exited: Promise<Exit>;
}

const launch = async (spec: ServiceSpec, logsFolder: string): Promise<Run> => {
  const log = await openServiceLog(logsFolder, spec.name);
  const child = spawn(process.execPath, [spec.entry], {
    env: { PATH: process.env['PATH'], ...spec.environment, [SUPERVISED_VARIABLE]: '1' },
    // A session of its own: Ctrl-C in the terminal reaches us alone, and we end the services in order.
    detached: true,
    // The IPC channel closes with us, however we end; the service then ends by itself.
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  void exited.then(() => log.close());
  return { child, log, startedAtMs: performance.now(), exited };
};

const isReady = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(POLL_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
};

type ReadyOutcome = 'ready' | 'exited' | 'late' | 'stopped';

const waitUntilReady = async (spec: ServiceSpec, run: Run, stopped: AbortSignal): Promise<ReadyOutcome> => {
  let hasExited = false;
  void run.exited.then(() => {
    hasExited = true;
  });
  const deadline = performance.now() + (spec.readyTimeoutMs ?? DEFAULT_READY_TIMEOUT_MS);
  while (!hasExited) {
    if (stopped.aborted) return 'stopped';
    if (await isReady(spec.readyUrl)) return hasExited ? 'exited' : 'ready';
    if (performance.now() > deadline) return 'late';
    await delay(POLL_INTERVAL_MS);
  }
  return 'exited';
};

const end = async (run: Run, stopTimeoutMs: number): Promise<{ readonly forced: boolean }> => {
  let forced = false;
  run.child.kill('SIGTERM');
  const force = setTimeout(() => {
    forced = true;
    run.child.kill('SIGKILL');
  }, stopTimeoutMs);
  await run.exited;
  clearTimeout(force);
  return { forced };
};

const failedStart = async (spec: ServiceSpec, run: Run, outcome: ReadyOutcome): Promise<StartupError> => {
  if (outcome !== 'exited') {
    await end(run, spec.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS);
    return outcome === 'stopped'
      ? new StartupError(`${spec.name} was stopped before it was ready`)
      : new StartupError(`${spec.name} did not become ready in time; its log: ${run.log.path}`);
  }
  await run.exited;
  return new StartupError(
    `${spec.name} did not start: ${await run.log.failureReason()}; its log: ${run.log.path}`,
  );
};

/** The first run of a service, once it is ready. @throws StartupError */
const startFirst = async (spec: ServiceSpec, logsFolder: string, stopped: AbortSignal): Promise<Run> => {
  const run = await launch(spec, logsFolder);
  const outcome = await waitUntilReady(spec, run, stopped);
  if (outcome !== 'ready') throw await failedStart(spec, run, outcome);
  return run;
};

interface Keeper {
  /** The run of the moment, undefined between a crash and the next start. */
  readonly run: Run | undefined;
  readonly restarts: number;
  /** Settles after `stopped` fired and no process is left that came up meanwhile. */
  readonly finished: Promise<void>;
}

/** Starts the service again after every exit of its process, until `stopped` fires. */
const keepRunning = (
  spec: ServiceSpec,
  first: Run,
  launchNext: () => Promise<Run>,
  listen: SupervisorListener,
  stopped: AbortSignal,
): Keeper => {
  const { name } = spec;
  const backoff = createRestartBackoff();
  let run: Run | undefined = first;
  let restarts = 0;

  const restart = async (): Promise<Run | undefined> => {
    restarts++;
    listen({ kind: 'starting', name });
    try {
      return await launchNext();
    } catch {
      // Not even its log could be opened: the next round tries again.
      return undefined;
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopped.aborted) {
      const { code, signal } = (await run?.exited) ?? { code: null, signal: null };
      const uptimeMs = run === undefined ? 0 : performance.now() - run.startedAtMs;
      run = undefined;
      if (stopped.aborted) return;
      const restartInMs = backoff.nextDelayMs(uptimeMs);
      listen({ kind: 'crashed', name, code, signal, restartInMs });
      await delay(restartInMs, undefined, { signal: stopped }).catch(() => {});
      if (stopped.aborted) return;
      run = await restart();
    }
    // The stop came while a new process was being made.
    if (run !== undefined) await end(run, spec.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS);
  };

  return {
    get run() {
      return run;
    },
    get restarts() {
      return restarts;
    },
    finished: loop(),
  };
};

/**
 * Starts a service and waits until it is ready; from then on a crash is followed by a new start, after a moment that
 * grows with every crash in a row. `stopped` ends a start that still waits.
 *
 * @throws StartupError if the first start fails, with the reason the service logged
 */
export const superviseService = async (
  spec: ServiceSpec,
  logsFolder: string,
  listen: SupervisorListener,
  stopped: AbortSignal,
): Promise<SupervisedService> => {
  const { name } = spec;
  const stopRequest = new AbortController();
  const announceReady = ({ startedAtMs }: Run, restarts: number): void =>
    listen({ kind: 'ready', name, durationMs: performance.now() - startedAtMs, restarts });

  listen({ kind: 'starting', name });
  const first = await startFirst(spec, logsFolder, stopped);
  announceReady(first, 0);

  const launchNext = async (): Promise<Run> => {
    const next = await launch(spec, logsFolder);
    void waitUntilReady(spec, next, stopRequest.signal).then((outcome) => {
      if (outcome === 'ready') announceReady(next, keeper.restarts);
    });
    return next;
  };
  const keeper = keepRunning(spec, first, launchNext, listen, stopRequest.signal);

  return {
    name,
    get pid() {
      return keeper.run?.child.pid;
    },
    get restarts() {
      return keeper.restarts;
    },
    async stop() {
      if (stopRequest.signal.aborted) return keeper.finished;
      stopRequest.abort();
      const { forced } =
        keeper.run === undefined
          ? { forced: false }
          : await end(keeper.run, spec.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS);
      await keeper.finished;
      listen({ kind: 'stopped', name, forced });
    },
  };
};
