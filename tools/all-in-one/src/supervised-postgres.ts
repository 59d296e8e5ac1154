import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from '@openrecognize/service-kit/embedded-postgres';
import { createRestartBackoff } from './restart-backoff.ts';
import { StartupError } from './startup-error.ts';
import type { SupervisorListener } from './supervisor-event.ts';

export interface SupervisedPostgresOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly logsFolder: string;
  /** Made if absent: lower-case letters, digits and `_`. */
  readonly database: string;
}

export interface SupervisedPostgres {
  readonly name: 'postgres';
  /** Of the database; stays valid over restarts. */
  readonly url: string;
  readonly restarts: number;
  /** Stops the server and starts it again, as a database administrator would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const NAME = 'postgres';

const openLog = (folder: string): WriteStream => {
  const log = createWriteStream(join(folder, `${NAME}.log`), { flags: 'a', mode: 0o600 });
  // A full disk must not take the supervisor down with it.
  log.on('error', () => {});
  return log;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');

const toStartupError = (error: unknown): StartupError =>
  new StartupError(
    error instanceof EmbeddedPostgresError
      ? error.message
      : `the database cannot be used: ${messageOf(error)}`,
    { cause: error },
  );

interface Keeper {
  /** The server of the moment; it may have ended. */
  readonly server: EmbeddedPostgres | undefined;
  readonly restarts: number;
  start(): Promise<EmbeddedPostgres>;
  /** Settles when no start after a crash is under way. */
  settled(): Promise<void>;
}

const createKeeper = (
  launch: () => Promise<EmbeddedPostgres>,
  reportFailure: (reason: string) => void,
  listen: SupervisorListener,
  stopped: AbortSignal,
): Keeper => {
  const backoff = createRestartBackoff();
  let server: EmbeddedPostgres | undefined;
  let starts = 0;
  let startedAtMs = 0;
  let recovery: Promise<void> = Promise.resolve();

  const start = async (): Promise<EmbeddedPostgres> => {
    listen({ kind: 'starting', name: NAME });
    startedAtMs = performance.now();
    starts++;
    const started = await launch();
    server = started;
    void started.exited.then(({ code, expected }) => {
      if (!expected && !stopped.aborted) recovery = recover(code);
    });
    listen({ kind: 'ready', name: NAME, durationMs: performance.now() - startedAtMs, restarts: starts - 1 });
    return started;
  };

  const recover = async (code: number | null): Promise<void> => {
    for (let exitCode = code; !stopped.aborted; exitCode = null) {
      const restartInMs = backoff.nextDelayMs(performance.now() - startedAtMs);
      listen({ kind: 'crashed', name: NAME, code: exitCode, signal: null, restartInMs });
      await delay(restartInMs, undefined, { signal: stopped }).catch(() => {});
      if (stopped.aborted) return;
      try {
        await start();
        return;
      } catch (error) {
        reportFailure(messageOf(error));
      }
    }
  };

  return {
    get server() {
      return server;
    },
    get restarts() {
      return Math.max(0, starts - 1);
    },
    start,
    settled: () => recovery,
  };
};

/**
 * Starts the embedded database and starts it again whenever it ends unasked.
 *
 * @throws StartupError if the first start fails
 */
export const supervisePostgres = async (
  options: SupervisedPostgresOptions,
  listen: SupervisorListener,
): Promise<SupervisedPostgres> => {
  const { dataDir, port, password, database } = options;
  const stopRequest = new AbortController();
  const log = openLog(options.logsFolder);
  const onLog = (line: string): void => void log.write(`${line}\n`);
  const launch = () => startEmbeddedPostgres({ dataDir, port, password, onLog });
  const keeper = createKeeper(launch, onLog, listen, stopRequest.signal);

  let url: string;
  try {
    const first = await keeper.start();
    await first.createDatabase(database);
    url = first.url(database);
  } catch (error) {
    stopRequest.abort();
    await keeper.server?.stop();
    throw toStartupError(error);
  }

  return {
    name: NAME,
    url,
    get restarts() {
      return keeper.restarts;
    },
    async restart() {
      await keeper.server?.stop();
      await keeper.start();
    },
    async stop() {
      stopRequest.abort();
      await keeper.settled();
      await keeper.server?.stop();
      await new Promise((resolve) => log.end(resolve));
      listen({ kind: 'stopped', name: NAME, forced: false });
    },
  };
};
