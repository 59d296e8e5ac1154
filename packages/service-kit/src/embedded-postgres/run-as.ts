import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The account PostgreSQL runs under; it refuses to run as root. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

/** A command line with the spawn options that put it under the chosen account. */
export interface PreparedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
}

export type PrepareCommand = (file: string, args: readonly string[]) => PreparedCommand;

const NOBODY: PostgresAccount = { uid: 65534, gid: 65534 };

const accountOf = (name: string): PostgresAccount | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
};

const ownerOf = (path: string): PostgresAccount | undefined => {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.uid === 0 ? undefined : { uid: stats.uid, gid: stats.gid };
};

/**
 * The account to use when this process is root, else undefined: the owner of the data if there is any, so that a
 * cluster made without root keeps working; else the system's `postgres`; else `nobody`.
 */
export const chooseAccount = (dataDir: string): PostgresAccount | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(dataDir) ?? accountOf('postgres') ?? NOBODY;
};

const succeeds = ({ file, args, options }: PreparedCommand): boolean =>
  spawnSync(file, args, { ...options, cwd: '/', stdio: 'ignore' }).status === 0;

/**
 * How to start programs under `account`. If a folder above the program or the data is closed to it (a checkout
 * below `/root`, say), `setpriv` lets the program pass file permissions while it stays no root.
 *
 * @throws EmbeddedPostgresError DATA_DIR_UNUSABLE if the account cannot reach the files either way
 */
export const commandsUnder = (
  account: PostgresAccount | undefined,
  program: string,
  dataDir: string,
): PrepareCommand => {
  const asSelf: PrepareCommand = (file, args) => ({ file, args, options: {} });
  if (account === undefined) return asSelf;
  const { uid, gid } = account;
  const asOther: PrepareCommand = (file, args) => ({ file, args, options: { uid, gid } });
  const withPassage: PrepareCommand = (file, args) => ({
    file: 'setpriv',
    args: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--',
      file,
      ...args,
    ],
    options: {},
  });
  const reaches = (prepare: PrepareCommand): boolean =>
    succeeds(
      prepare('/bin/sh', ['-c', '"$1" --version && test -w "$2" && test -x "$2"', 'sh', program, dataDir]),
    );
  const usable = [asOther, withPassage].find(reaches);
  if (usable === undefined) {
    throw new EmbeddedPostgresError(
      'DATA_DIR_UNUSABLE',
      `PostgreSQL does not run as root, and user ${uid} cannot reach ${dataDir}: start as a normal user, ` +
        'or open the folders above it to other users (chmod o+x)',
    );
  }
  return usable;
};
