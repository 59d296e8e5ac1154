import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ImportProblem } from './import-problem.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const ownerOf = (path: string): number | undefined => {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Keeps a second run out of the same folder: both would enroll the same photos. The lock of a run that died is taken
 * over.
 *
 * @returns releases it.
 * @throws ImportProblem environment
 */
export const takeRunLock = (path: string): (() => void) => {
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = ownerOf(path);
      if (attempt > 1 || (owner !== undefined && isAlive(owner))) {
        throw new ImportProblem('environment', `another run (process ${owner ?? '?'}) works in this folder`);
      }
      rmSync(path, { force: true });
    }
  }
};
