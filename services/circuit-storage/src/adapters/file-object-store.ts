import { hash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  type Dirent,
  fdatasync,
  fsync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { access, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { deleteOneByOne } from '../ports/delete-one-by-one.ts';
import { type ObjectStore, prefixSegmentsOf, type StoredObject, segmentsOf } from '../ports/object-store.ts';

export interface FileObjectStoreOptions {
  /** Made if it does not exist; all of it must be on one file system. */
  readonly directory: string;
  /**
   * Whether a put is on the disk when it resolves. Without it a power failure may lose payloads whose rows survive: they
   * become lost circuits, which costs stock but never safety.
   */
  readonly fsync: boolean;
}

/** Puts are written here and then renamed; no key leads here, since no segment begins with a dot. */
const INCOMING = '.incoming';
/** A folder may be removed as empty between its making and its use; each try makes it anew. */
const RENAME_TRIES = 5;

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException | null)?.code ?? '');

const unlessMissing = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
};

/*
 * What only changes memory of the system (opening, writing, renaming, unlinking a file) is done at once: it takes some
 * microseconds, the way to Node's thread pool and back about a hundred, and a put would take it eight times. What waits
 * for the disk goes to the pool. Reads are of files written a short while before, one at a time, of 64 KB.
 */
const dataOnDisk = promisify(fdatasync);
const folderOnDisk = promisify(fsync);

const syncFolder = async (folder: string): Promise<void> => {
  const descriptor = openSync(folder, 'r');
  try {
    await folderOnDisk(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const writeFileWhole = async (path: string, content: Uint8Array, fsync: boolean): Promise<void> => {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    if (fsync) await dataOnDisk(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Makes `folder`, and with `fsync` its entry and those of the parents that were missing. */
const makeFolder = async (folder: string, fsync: boolean): Promise<void> => {
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!fsync || firstMade === undefined) return;
  const top = dirname(firstMade);
  for (let at = dirname(folder); at.length >= top.length; at = dirname(at)) await syncFolder(at);
};

/**
 * Objects as files: `directory/ab/cd/<key>`, where abcd are the first digits of the SHA-256 of the first key segment, so
 * that no folder grows with the number of users.
 */
export const createFileObjectStore = async (options: FileObjectStoreOptions): Promise<ObjectStore> => {
  const root = resolve(options.directory);
  const incoming = join(root, INCOMING);
  await mkdir(incoming, { recursive: true, mode: 0o700 });

  const folderOf = (segments: readonly string[]): string => {
    const digest = hash('sha256', segments[0]!, 'hex');
    return join(root, digest.slice(0, 2), digest.slice(2, 4), ...segments);
  };

  const moveInto = async (temporary: string, path: string): Promise<void> => {
    const folder = dirname(path);
    for (let tries = 1; ; tries++) {
      try {
        renameSync(temporary, path);
        if (options.fsync) await syncFolder(folder);
        return;
      } catch (error) {
        if (!hasCode(error, 'ENOENT') || tries === RENAME_TRIES) throw error;
        await makeFolder(folder, options.fsync);
      }
    }
  };

  const removeEmptyFolders = (from: string): void => {
    for (let folder = from; folder !== root; folder = dirname(folder)) {
      try {
        rmdirSync(folder);
      } catch {
        return;
      }
    }
  };

  async function* walk(folder: string, keyPrefix: string): AsyncGenerator<StoredObject> {
    const entries: Dirent[] = (await unlessMissing(() => readdir(folder, { withFileTypes: true }))) ?? [];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* walk(path, `${keyPrefix}${entry.name}/`);
      else if (entry.isFile()) {
        const stats = await unlessMissing(() => stat(path));
        if (stats) yield { key: keyPrefix + entry.name, bytes: stats.size, modifiedAtMs: stats.mtimeMs };
      }
    }
  }

  async function* walkAll(): AsyncGenerator<StoredObject> {
    const shards = async (folder: string) =>
      (await unlessMissing(() => readdir(folder)))?.filter((name) => /^[0-9a-f]{2}$/.test(name)) ?? [];
    for (const first of await shards(root)) {
      for (const second of await shards(join(root, first))) yield* walk(join(root, first, second), '');
    }
  }

  const deleteOne = async (key: string): Promise<void> => {
    const path = folderOf(segmentsOf(key));
    const deleted = await unlessMissing(async () => {
      unlinkSync(path);
      return true;
    });
    if (deleted) removeEmptyFolders(dirname(path));
  };

  return {
    async put(key, content) {
      const path = folderOf(segmentsOf(key));
      const temporary = join(incoming, randomUUID());
      try {
        await writeFileWhole(temporary, content, options.fsync);
        await moveInto(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    async get(key) {
      const content = await unlessMissing(async () => readFileSync(folderOf(segmentsOf(key))));
      return content && new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    },
    delete: deleteOne,
    deleteMany: (keys) => deleteOneByOne(keys, deleteOne),
    async *list(prefix) {
      const segments = prefixSegmentsOf(prefix);
      yield* segments.length === 0 ? walkAll() : walk(folderOf(segments), prefix);
    },
    async removeAbandonedPuts(olderThanMs) {
      let removed = 0;
      for (const name of await readdir(incoming)) {
        const path = join(incoming, name);
        const stats = await unlessMissing(() => stat(path));
        if (!stats || stats.mtimeMs >= olderThanMs) continue;
        await rm(path, { force: true });
        removed++;
      }
      return removed;
    },
    async probe() {
      await access(incoming, constants.R_OK | constants.W_OK | constants.X_OK);
    },
  };
};
