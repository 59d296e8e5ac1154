import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The step at which a crash decides between the old file and the new one; tests put faults there. */
export type RenameFile = (from: string, to: string) => Promise<void>;

const temporaryPrefix = (path: string): string => `${basename(path)}.new-`;

const syncFolder = async (folder: string): Promise<void> => {
  // Windows can't open folders and needs no such sync.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Replaces a file so that a crash at any moment leaves the old content or the new: temporary file, fsync, rename,
 * fsync of the folder. Only the owner may read it.
 */
export const writeFileAtomically = async (
  path: string,
  bytes: Uint8Array,
  renameFile: RenameFile = rename,
): Promise<void> => {
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${randomUUID()}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameFile(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
};

/** Removes what writers that crashed left behind. Call it while nobody else writes. */
export const removeTemporaryFiles = async (path: string): Promise<void> => {
  const prefix = temporaryPrefix(path);
  const names = await readdir(dirname(path));
  await Promise.all(
    names
      .filter((name) => name.startsWith(prefix))
      .map((name) => rm(join(dirname(path), name), { force: true })),
  );
};
