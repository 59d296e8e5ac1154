/** The folder outside the workspaces in which the samples are built, with its own dependencies. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
export const packages = {
  '@keyless/sdk-web': join(root, 'sdks/web/package'),
  '@keyless/sdk-web-components': join(root, 'sdks/web-components/package'),
};

/** Runs a program of the folder. @throws Error with what it printed */
export function run(folder, command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? ''}${stdout}${stderr}`.trim());
  return stdout;
}

/** @returns {{ folder: string } | { obstacle: string }} installed once for each lock file */
export function prepareFolder() {
  const missing = Object.entries(packages).find(([, folder]) => !existsSync(join(folder, 'package.json')));
  if (missing) return { obstacle: `the package of ${missing[0]} is not built` };
  const folder = join(root, '.cache/bundlers');
  const lock = readFileSync(join(here, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(folder, 'node_modules/.installed');
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, name), join(folder, name));
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    try {
      // Not `npm ci`: registries that lack some of Rollup's platform packages leave their entries in the lock file empty.
      run(folder, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund');
    } catch (error) {
      return { obstacle: `npm install failed: ${error.message.split('\n')[0]}` };
    }
    writeFileSync(stamp, wanted);
  }
  rmSync(join(folder, 'samples'), { recursive: true, force: true });
  cpSync(join(here, 'samples'), join(folder, 'samples'), { recursive: true });
  for (const [name, source] of Object.entries(packages)) {
    const target = join(folder, 'node_modules', name);
    rmSync(target, { recursive: true, force: true });
    cpSync(source, target, { recursive: true });
  }
  return { folder };
}
