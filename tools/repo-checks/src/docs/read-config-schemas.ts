import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Repository } from '../repository.ts';
import type { ConfigSchema } from './render-configuration-reference.ts';

const run = promisify(execFile);

/** Workspaces that run as a process and read their configuration from the environment. */
export const processesOf = ({ workspaces, exists }: Repository): readonly string[] =>
  workspaces
    .map(({ directory }) => directory)
    .filter((directory) => /^(services|apps)\//.test(directory) && exists(`${directory}/src/main.ts`));

/** What a process prints of the variables it reads; its build must be there. @throws Error */
export const readConfigSchema = async ({ root }: Repository, directory: string): Promise<ConfigSchema> => {
  const entry = join(root, directory, 'dist', 'main.js');
  const { stdout } = await run(process.execPath, [entry, '--print-config-schema'], { env: {} });
  return JSON.parse(stdout) as ConfigSchema;
};
