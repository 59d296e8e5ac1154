import { chmod, mkdir, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartupError } from './startup-error.ts';

/** Where the stack keeps what outlives it. */
export interface DataDir {
  readonly root: string;
  /** The PostgreSQL cluster; made by PostgreSQL. */
  readonly postgres: string;
  /** Payloads of the file-system object store. */
  readonly objects: string;
  /** One `<service>.log` each. */
  readonly logs: string;
  /** Keys and passwords, readable by their owner alone. */
  readonly secrets: string;
}

/** Environment variable that moves the folder. */
export const DATA_DIR_VARIABLE = 'OPENRECOGNIZE_DATA_DIR';

/** `.data` of the checkout, unless the environment names another folder. */
export const locateDataDir = (
  environment: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): string => {
  const wanted = environment[DATA_DIR_VARIABLE];
  return wanted === undefined || wanted === ''
    ? fileURLToPath(new URL('../../../.data', import.meta.url))
    : resolve(workingDirectory, wanted);
};

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'it belongs to another user',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'it is no folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** The database server may run under another account: it must pass through, but not look around. */
const ROOT_MODE = 0o711;
const PRIVATE_MODE = 0o700;

const proveWritable = async (folder: string): Promise<void> => {
  const path = join(folder, `.write-test-${process.pid}`);
  const file = await open(path, 'w', 0o600);
  try {
    await file.write('x');
    await file.sync();
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
};

/** Makes the folder with its parts and proves that it can be written. @throws StartupError */
export const prepareDataDir = async (root: string): Promise<DataDir> => {
  const parts = { objects: join(root, 'objects'), logs: join(root, 'logs'), secrets: join(root, 'secrets') };
  try {
    await mkdir(root, { recursive: true });
    await chmod(root, ROOT_MODE);
    for (const folder of Object.values(parts)) {
      await mkdir(folder, { recursive: true });
      await chmod(folder, PRIVATE_MODE);
      await proveWritable(folder);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new StartupError(
      `the data folder ${root} cannot be used: ${REASONS[code] ?? code}; mend it or set ${DATA_DIR_VARIABLE}`,
      { cause: error },
    );
  }
  return { root, postgres: join(root, 'postgres'), ...parts };
};
