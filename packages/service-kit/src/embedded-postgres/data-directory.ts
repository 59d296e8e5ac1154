import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount, PrepareCommand } from './run-as.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'error';

const unusable = (dataDir: string, error: unknown): EmbeddedPostgresError => {
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'it belongs to another user',
    ENOTDIR: 'a part of the path is no folder',
    EEXIST: 'it is no folder',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  };
  const code = codeOf(error);
  return new EmbeddedPostgresError(
    'DATA_DIR_UNUSABLE',
    `the database folder ${dataDir} cannot be used: ${reasons[code] ?? code}`,
    error,
  );
};

/** Makes the folder and gives it to `account`, closed to everyone else. @throws EmbeddedPostgresError */
export const prepareFolder = async (dataDir: string, account: PostgresAccount | undefined): Promise<void> => {
  try {
    await mkdir(dataDir, { recursive: true });
    if (account !== undefined) await chown(dataDir, account.uid, account.gid);
    await chmod(dataDir, 0o700);
    await readdir(dataDir);
  } catch (error) {
    throw unusable(dataDir, error);
  }
};

export interface InitOptions {
  readonly dataDir: string;
  readonly initdb: string;
  readonly prepare: PrepareCommand;
  readonly account: PostgresAccount | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly user: string;
  readonly password: string;
  /** False leaves out the flush to disk. */
  readonly durable: boolean;
}

const runInitdb = async (options: InitOptions, target: string, passwordFile: string): Promise<void> => {
  const {
    file,
    args,
    options: spawnOptions,
  } = options.prepare(options.initdb, [
    `--pgdata=${target}`,
    `--username=${options.user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-locale',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ]);
  const child = spawn(file, args, {
    ...spawnOptions,
    cwd: '/',
    env: options.environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode !== 0) {
    const reason = output.trim().split('\n').at(-1) ?? '';
    throw new EmbeddedPostgresError('INIT_FAILED', `the database could not be created: ${reason}`);
  }
};

const withPasswordFile = async (
  options: InitOptions,
  use: (file: string) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-postgres-init-'));
  try {
    const file = join(folder, 'password');
    await writeFile(file, `${options.password}\n`, { mode: 0o600 });
    if (options.account !== undefined) {
      await chown(folder, options.account.uid, options.account.gid);
      await chown(file, options.account.uid, options.account.gid);
    }
    await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const GROWING_INFIX = '.new-';

/** Half-made clusters of starts that were killed. */
const removeLeftovers = async (dataDir: string): Promise<void> => {
  const prefix = `${basename(dataDir)}${GROWING_INFIX}`;
  for (const name of await readdir(dirname(dataDir))) {
    if (name.startsWith(prefix)) await rm(join(dirname(dataDir), name), { recursive: true, force: true });
  }
};

/**
 * Creates the cluster unless the folder holds one. It grows beside its final place and is moved there when it is
 * whole, so that a start that was killed leaves nothing half done.
 *
 * @throws EmbeddedPostgresError DATA_DIR_UNUSABLE, INIT_FAILED
 */
export const initialiseCluster = async (options: InitOptions): Promise<void> => {
  const { dataDir, account } = options;
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  if ((await readdir(dataDir)).length > 0) {
    throw new EmbeddedPostgresError(
      'DATA_DIR_UNUSABLE',
      `the database folder ${dataDir} is not empty and holds no PostgreSQL data: choose or empty another folder`,
    );
  }
  await removeLeftovers(dataDir);
  const growing = `${dataDir}${GROWING_INFIX}${randomBytes(4).toString('hex')}`;
  await prepareFolder(growing, account);
  try {
    await withPasswordFile(options, (file) => runInitdb(options, growing, file));
    await rename(growing, dataDir);
  } catch (error) {
    await rm(growing, { recursive: true, force: true });
    // A mount point cannot be replaced: fill it in place.
    if (codeOf(error) !== 'EBUSY' && codeOf(error) !== 'EXDEV') throw error;
    await withPasswordFile(options, (file) => runInitdb(options, dataDir, file));
  }
};

const readProcess = async (pid: number): Promise<{ command: string; parent: number } | undefined> => {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { command, parent: Number(parent) };
  } catch {
    return undefined;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

const ORPHAN_STOP_TIMEOUT_MS = 20_000;

const stopOrphan = async (pid: number): Promise<boolean> => {
  process.kill(pid, 'SIGINT');
  for (const start = Date.now(); Date.now() - start < ORPHAN_STOP_TIMEOUT_MS; ) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
};

/**
 * Makes sure no server works on the folder. A lock file left by a dead one goes (its number may belong to any
 * program by now), a server whose starter is gone is shut down, one that somebody runs is left alone.
 *
 * @throws EmbeddedPostgresError DATA_DIR_IN_USE
 */
export const releaseFolder = async (dataDir: string): Promise<void> => {
  const lockFile = join(dataDir, 'postmaster.pid');
  let pid: number;
  try {
    pid = Number.parseInt(await readFile(lockFile, 'utf8'), 10);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw unusable(dataDir, error);
  }
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) {
    await rm(lockFile, { force: true });
    return;
  }
  const running = await readProcess(pid);
  if (running !== undefined && !running.command.includes(dataDir)) {
    await rm(lockFile, { force: true });
    return;
  }
  if (running?.parent === 1 && (await stopOrphan(pid))) return;
  throw new EmbeddedPostgresError(
    'DATA_DIR_IN_USE',
    `the database folder ${dataDir} is in use by the running PostgreSQL with process id ${pid}: stop that first`,
  );
};
