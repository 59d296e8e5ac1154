import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { RecognizeError } from '@openrecognize/contracts';

/** A store this process holds. */
export interface StoreLock {
  /** Repeated calls do nothing. */
  release(): Promise<void>;
}

interface LockOwner {
  readonly pid: number;
  /** When the process began, in its system's own unit; empty where it can't be told. */
  readonly started: string;
  readonly token: string;
}

/** Locks of this process: another one with our pid in its file is from before a reboot or another container. */
const heldTokens = new Set<string>();

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const readText = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Start time of a process (proc(5), field 22 of stat), which tells a reused pid from the one that made the lock. */
const startOf = async (pid: number): Promise<string> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
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

const parseOwner = (text: string): LockOwner | undefined => {
  try {
    const { pid, started, token } = JSON.parse(text) as Partial<LockOwner>;
    const isWhole =
      Number.isInteger(pid) && pid! > 0 && typeof started === 'string' && typeof token === 'string';
    return isWhole ? ({ pid, started, token } as LockOwner) : undefined;
  } catch {
    return undefined;
  }
};

const isStale = async (text: string): Promise<boolean> => {
  const owner = parseOwner(text);
  // Lock files appear whole; a torn one is left from a power cut.
  if (!owner || !isAlive(owner.pid)) return true;
  if (owner.pid === process.pid) return !heldTokens.has(owner.token);
  return owner.started !== '' && owner.started !== (await startOf(owner.pid));
};

/** True if the file now is ours, false if there was one already. */
const createLockFile = async (path: string, draft: string): Promise<boolean> => {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'ENOTSUP') throw error;
  }
  // No hard links on this file system: the file appears at once, its content a moment later.
  try {
    await writeFile(path, await readFile(draft), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** A guard older than this belongs to a process that died within the few calls it spans. */
const guardLifeMs = 10_000;

/**
 * Removes a lock file that was found stale. A folder guards the removal: its owner is gone, so nobody else touches
 * the file between the second look and the unlink.
 */
const removeStale = async (path: string, content: string): Promise<void> => {
  const guard = `${path}-takeover`;
  try {
    await mkdir(guard);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const ageMs = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (ageMs > guardLifeMs) await rm(guard, { recursive: true, force: true });
    await setTimeout(10);
    return;
  }
  try {
    if ((await readText(path)) === content) await rm(path, { force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
};

/**
 * Takes the lock file of a store; one left by a process that is gone is taken over.
 *
 * @throws RecognizeError STORE_LOCKED while a living process (this one included) holds it.
 */
export const acquireStoreLock = async (path: string): Promise<StoreLock> => {
  const token = randomUUID();
  const draft = `${path}-${token}`;
  const owner: LockOwner = { pid: process.pid, started: await startOf(process.pid), token };
  const content = JSON.stringify(owner);
  await writeFile(draft, content, { mode: 0o600 });
  heldTokens.add(token);
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      if (await createLockFile(path, draft)) {
        return {
          release: async () => {
            if (!heldTokens.delete(token)) return;
            if ((await readText(path)) === content) await rm(path, { force: true });
          },
        };
      }
      const present = await readText(path);
      if (present === undefined) continue;
      if (!(await isStale(present))) break;
      await removeStale(path, present);
    }
    throw new RecognizeError('STORE_LOCKED');
  } catch (error) {
    heldTokens.delete(token);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};
