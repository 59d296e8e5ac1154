import { createWriteStream } from 'node:fs';
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

/**
 * Starts the embedded database and starts it again whenever it ends unasked.
 *
 * @throws StartupError if the first start fails
 */
export const supervisePostgres = async (
  options: SupervisedPostgresOptions,
  listen: SupervisorListener,
): Promise<SupervisedPostgres> => {
  const backoff = createRestartBackoff();
  const stopRequest = new AbortController();
  const log = createWriteStream(join(options.logsFolder, `${NAME}.log`), { flags: 'a', mode: 0o600 });
  // A full disk must not take the supervisor down with it.
  log.on('error', () => {});
  let restarts = 0;
  let server: EmbeddedPostgres | undefined;
  let startedAtMs = 0;

  const start = async (): Promise<EmbeddedPostgres> => {
    listen({ kind: 'starting', name: NAME });
    startedAtMs = performance.now();
    const started = await startEmbeddedPostgres({
      dataDir: options.dataDir,
      port: options.port,
      password: options.password,
      onLog: (line) => void log.write(`${line}\n`),
    });
    server = started;
    watch(started);
    listen({ kind: 'ready', name: NAME, durationMs: performance.now() - startedAtMs, restarts });
    return started;
  };

  const startUntilItWorks = async (code: number | null): Promise<void> => {
    for (let exitCode = code; !stopRequest.signal.aborted; exitCode = null) {
      const restartInMs = backoff.nextDelayMs(performance.now() - startedAtMs);
      listen({ kind: 'crashed', name: NAME, code: exitCode, signal: null, restartInMs });
      await delay(restartInMs, undefined, { signal: stopRequest.signal }).catch(() => {});
      if (stopRequest.signal.aborted) return;
      restarts++;
      try {
        await start();
        return;
      } catch (error) {
        log.write(`${error instanceof Error ? error.message : 'unknown error'}\n`);
      }
    }
  };

  let recovery: Promise<void> = Promise.resolve();
  const watch = (watched: EmbeddedPostgres): void => {
    void watched.exited.then(({ code, expected }) => {
      if (!expected && !stopRequest.signal.aborted) recovery = startUntilItWorks(code);
    });
  };

  const startFirst = async (): Promise<string> => {
    try {
      const first = await start();
      await first.createDatabase(options.database);
      return first.url(options.database);
    } catch (error) {
      await server?.stop();
      if (error instanceof EmbeddedPostgresError) throw new StartupError(error.message, { cause: error });
      const reason = error instanceof Error ? error.message : 'unknown error';
      throw new StartupError(`the database cannot be used: ${reason}`, { cause: error });
    }
  };
  const url = await startFirst();

  return {
    name: NAME,
    url,
    get restarts() {
      return restarts;
    },
    async restart() {
      await server?.stop();
      restarts++;
      await start();
    },
    async stop() {
      stopRequest.abort();
      await recovery;
      await server?.stop();
      await new Promise((resolve) => log.end(resolve));
      listen({ kind: 'stopped', name: NAME, forced: false });
    },
  };
};
