import { type ChildProcess, spawn } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { initialiseCluster, prepareFolder, releaseFolder } from './data-directory.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { chooseAccount, commandsUnder, type PrepareCommand } from './run-as.ts';

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made if absent. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Superuser of a new cluster; `openrecognize` by default. */
  readonly user?: string;
  /** Password of that user; a cluster that exists keeps the one it was made with. */
  readonly password: string;
  /** False gives up safety from a crash of the machine, not of a process: for tests only. True by default. */
  readonly durable?: boolean;
  /** Further server settings, as for `postgres -c`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** One line of the server's log. */
  readonly onLog?: (line: string) => void;
  /** 60 s by default. */
  readonly startTimeoutMs?: number;
}

export interface EmbeddedPostgresExit {
  readonly code: number | null;
  /** Whether `stop` had been called. */
  readonly expected: boolean;
}

/** A PostgreSQL server that lives no longer than this process. */
export interface EmbeddedPostgres {
  readonly port: number;
  /** Settles when the server ends, for whatever reason. */
  readonly exited: Promise<EmbeddedPostgresExit>;
  /** Connection URL with password. */
  url(database?: string): string;
  /** Creates the database unless it exists. `name`: lower-case letters, digits and `_`. */
  createDatabase(name: string): Promise<void>;
  /** Ends sessions, flushes and stops; data stays. Later calls wait for the first. */
  stop(): Promise<void>;
}

const DEFAULT_USER = 'openrecognize';
const DEFAULT_START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
/** Backends of a killed server hold its memory for a moment; a start in that time is tried again. */
const SHARED_MEMORY_WAIT_MS = 10_000;
const KEPT_LOG_LINES = 40;

/**
 * Runs the server and waits on standard input. Its end, by intent or because our process was killed, shuts the
 * server down. The server is in a session of its own, out of reach of a terminal's Ctrl-C.
 */
const KEEPER_SCRIPT = `
exec 3<&0
"$@" 3<&- </dev/null &
pid=$!
trap 'kill -INT $pid 2>/dev/null' INT TERM HUP
(cat <&3 >/dev/null 2>&1; kill -INT $pid 2>/dev/null) &
watcher=$!
while :; do wait $pid; code=$?; kill -0 $pid 2>/dev/null || break; done
kill $watcher 2>/dev/null
exit $code
`;

const choosePort = (wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE'
          ? `the database port ${wanted} on 127.0.0.1 is taken by another program`
          : `the database port ${wanted} cannot be used: ${error.code}`;
      reject(new EmbeddedPostgresError('PORT_TAKEN', message, error));
    });
    probe.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const environmentOf = (binaries: PostgresBinaries): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(binaries.libraryDir === undefined ? {} : { LD_LIBRARY_PATH: binaries.libraryDir }),
});

const serverArguments = (options: EmbeddedPostgresOptions, dataDir: string, port: number): string[] => {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    lc_messages: 'C',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(options.durable === false ? { fsync: 'off', full_page_writes: 'off' } : {}),
    ...options.settings,
  };
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
};

interface Launched {
  readonly keeper: ChildProcess;
  readonly logLines: readonly string[];
}

const failureOf = (logLines: readonly string[], dataDir: string, port: number): EmbeddedPostgresError => {
  const log = logLines.join('\n');
  if (/could not bind|Address already in use/.test(log)) {
    return new EmbeddedPostgresError(
      'PORT_TAKEN',
      `the database port ${port} on 127.0.0.1 is taken by another program`,
    );
  }
  if (/incompatible with server/.test(log)) {
    return new EmbeddedPostgresError(
      'DATA_DIR_INCOMPATIBLE',
      `the database folder ${dataDir} was made by another major version of PostgreSQL`,
    );
  }
  if (/lock file "postmaster.pid" already exists/.test(log)) {
    return new EmbeddedPostgresError('DATA_DIR_IN_USE', `the database folder ${dataDir} is in use`);
  }
  if (/wrong ownership|Permission denied|invalid permissions/.test(log)) {
    return new EmbeddedPostgresError(
      'DATA_DIR_UNUSABLE',
      `the database folder ${dataDir} cannot be used: it belongs to another user`,
    );
  }
  const reason =
    logLines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? logLines.at(-1) ?? 'no output';
  return new EmbeddedPostgresError('START_FAILED', `PostgreSQL did not start: ${reason}`);
};

const launch = async (
  options: EmbeddedPostgresOptions,
  command: ReturnType<PrepareCommand>,
  environment: NodeJS.ProcessEnv,
): Promise<Launched & { readonly ready: boolean }> => {
  const keeper = spawn(command.file, command.args, {
    ...command.options,
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  // Writing to a keeper that is gone is no event of interest: its exit is.
  keeper.stdin!.on('error', () => {});
  const logLines: string[] = [];
  const ready = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => {
      keeper.stdin!.end();
      logLines.push('FATAL: not ready within the time allowed');
      resolve(false);
    }, options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS);
    const settle = (outcome: boolean): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    createInterface({ input: keeper.stderr! }).on('line', (line) => {
      logLines.push(line);
      if (logLines.length > KEPT_LOG_LINES) logLines.shift();
      options.onLog?.(line);
      if (line.includes('database system is ready to accept connections')) settle(true);
    });
    keeper.once('error', (error) => {
      logLines.push(`FATAL: ${error.message}`);
      settle(false);
    });
    keeper.once('close', () => settle(false));
  });
  return { keeper, logLines, ready };
};

const launchWithRetry = async (
  options: EmbeddedPostgresOptions,
  command: ReturnType<PrepareCommand>,
  environment: NodeJS.ProcessEnv,
  dataDir: string,
  port: number,
): Promise<ChildProcess> => {
  for (const start = Date.now(); ; ) {
    const { keeper, logLines, ready } = await launch(options, command, environment);
    if (ready) return keeper;
    const memoryHeld = logLines.some((line) => /pre-existing shared memory block/.test(line));
    if (!memoryHeld || Date.now() - start > SHARED_MEMORY_WAIT_MS) throw failureOf(logLines, dataDir, port);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}$/;

const createDatabaseAt = async (url: string, name: string): Promise<void> => {
  if (!DATABASE_NAME.test(name)) throw new RangeError('a database name is lower-case letters, digits and _');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE "${name}"`);
  } finally {
    await client.end();
  }
};

const controlOf = (
  keeper: ChildProcess,
  port: number,
  options: EmbeddedPostgresOptions,
  binaries: PostgresBinaries,
): EmbeddedPostgres => {
  let stopping = false;
  const exited = new Promise<EmbeddedPostgresExit>((resolve) => {
    keeper.once('exit', (code) => {
      keeper.stdin!.destroy();
      void binaries.dispose().finally(() => resolve({ code, expected: stopping }));
    });
  });
  const url = (database = 'postgres'): string => {
    const user = encodeURIComponent(options.user ?? DEFAULT_USER);
    return `postgres://${user}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`;
  };
  return {
    port,
    exited,
    url,
    createDatabase: (name) => createDatabaseAt(url(), name),
    async stop() {
      stopping = true;
      keeper.stdin!.end();
      // The keeper leads its process group: what does not stop in time is ended with it; recovery mends the data.
      const force = setTimeout(() => process.kill(-keeper.pid!, 'SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(force);
    },
  };
};

/**
 * Starts PostgreSQL from the binaries of the npm package on `dataDir`, creating the cluster at first use. Works as
 * root too: the server then runs under another account. The server stops when this process ends, even by `kill -9`.
 *
 * @throws EmbeddedPostgresError with one clear line
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const binaries = await findPostgresBinaries();
  try {
    const wantedDir = resolvePath(options.dataDir);
    const account = chooseAccount(wantedDir);
    await prepareFolder(wantedDir, account);
    const dataDir = await realpath(wantedDir);
    const prepare = commandsUnder(account, binaries.postgres, dataDir);
    const environment = environmentOf(binaries);
    await releaseFolder(dataDir);
    const port = await choosePort(options.port);
    await initialiseCluster({
      dataDir,
      initdb: binaries.initdb,
      prepare,
      account,
      environment,
      user: options.user ?? DEFAULT_USER,
      password: options.password,
      durable: options.durable ?? true,
    });
    const args = [
      '-c',
      KEEPER_SCRIPT,
      'postgres-keeper',
      binaries.postgres,
      ...serverArguments(options, dataDir, port),
    ];
    const keeper = await launchWithRetry(options, prepare('/bin/sh', args), environment, dataDir, port);
    return controlOf(keeper, port, options, binaries);
  } catch (error) {
    await binaries.dispose();
    throw error;
  }
};
