import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const INSTALL_TIMEOUT_MS = 240_000;
const run = promisify(execFile);

export const isOnPath = (program: string): boolean =>
  // Servers are often below sbin, which is not on everyone's path.
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Installs packages of Debian and its like where that is possible, as root, unless their programs are there already or the
 * environment has `INSTALL_SYSTEM_PACKAGES=false`.
 * Returns why the programs can't be had, or undefined once they are there.
 */
export const whyNotInstalled = async (
  programs: readonly string[],
  packages: readonly string[],
): Promise<string | undefined> => {
  if (programs.every(isOnPath)) return undefined;
  if (process.env['INSTALL_SYSTEM_PACKAGES'] === 'false') {
    return `${packages.join(', ')} not installed, and INSTALL_SYSTEM_PACKAGES is false`;
  }
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    return `${packages.join(', ')} not installed, and installing needs root and apt-get`;
  }
  const options = ['DPkg::Lock::Timeout=200', 'Acquire::Retries=0', 'Acquire::http::Timeout=15'];
  const apt = (...args: readonly string[]) =>
    run('apt-get', ['-qq', ...options.flatMap((option) => ['-o', option]), ...args], {
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  try {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...packages);
  } catch {
    return `${packages.join(', ')} could not be installed`;
  }
  return programs.every(isOnPath) ? undefined : `${packages.join(', ')} lack some of ${programs.join(', ')}`;
};
