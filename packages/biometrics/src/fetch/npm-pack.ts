import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSource } from '../model-manifest/model-manifest.ts';

export interface NpmCommand {
  readonly command: string;
  readonly prefix: readonly string[];
}

/** The npm that started us, run by this Node, or the one on the PATH. */
export const findNpm = (npmExecPath: string | undefined): NpmCommand =>
  npmExecPath?.endsWith('.js')
    ? { command: process.execPath, prefix: [npmExecPath] }
    : { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };

const run = (npm: NpmCommand, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(npm.command, [...npm.prefix, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      // npm's own words: the longest line of its report is the one with the reason.
      const lines = log.split('\n').map((line) => line.replace(/^npm error /, '').trim());
      const reason = lines.reduce((longest, line) => (line.length > longest.length ? line : longest), '');
      if (code === 0) resolve();
      else reject(new Error(reason || `npm exited with ${code}`));
    });
  });

/** Fetches a published tarball with npm itself, so that its registry, proxy and cache settings hold. */
export const npmPack = async (npm: NpmCommand, source: ModelSource): Promise<Uint8Array> => {
  const folder = mkdtempSync(join(tmpdir(), 'openrecognize-models-'));
  try {
    const name = `${source.package}@${source.version}`;
    await run(npm, ['pack', name, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error']);
    return readFileSync(join(folder, readdirSync(folder)[0]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
