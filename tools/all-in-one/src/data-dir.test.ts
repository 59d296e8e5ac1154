import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateDataDir, prepareDataDir } from './data-dir.ts';
import { StartupError } from './startup-error.ts';

const NOBODY = 65534;

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'openrecognize-data-dir-'));
  await chmod(base, 0o755);
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe('locateDataDir', () => {
  it('is .data of the checkout unless the environment names a folder', () => {
    expect(locateDataDir({}, '/home/me')).toBe(fileURLToPath(new URL('../../../.data', import.meta.url)));
    expect(locateDataDir({ OPENRECOGNIZE_DATA_DIR: 'my-data' }, '/home/me')).toBe('/home/me/my-data');
    expect(locateDataDir({ OPENRECOGNIZE_DATA_DIR: '/srv/data' }, '/home/me')).toBe('/srv/data');
  });
});

describe('prepareDataDir', () => {
  it('makes its parts, closed to others, and leaves no trace of its test', async () => {
    const root = join(base, 'new', 'data');
    const dirs = await prepareDataDir(root);
    await prepareDataDir(root);
    expect((await readdir(root)).sort()).toEqual(['logs', 'objects', 'secrets']);
    expect((await stat(dirs.secrets)).mode & 0o777).toBe(0o700);
    expect((await stat(root)).mode & 0o007).toBe(0o001);
    expect(await readdir(dirs.objects)).toEqual([]);
    expect(dirs.postgres).toBe(join(root, 'postgres'));
  });

  it('says in one line that a part of the path is a file', async () => {
    await writeFile(join(base, 'file'), '');
    const failure = prepareDataDir(join(base, 'file', 'data'));
    await expect(failure).rejects.toBeInstanceOf(StartupError);
    await expect(failure).rejects.toThrow(
      /^the data folder .*file\/data cannot be used: .*OPENRECOGNIZE_DATA_DIR$/,
    );
  });

  it('says in one line that the right to write is missing', async () => {
    const closed = join(base, 'closed');
    await prepareDataDir(closed);
    const script = `
      const { prepareDataDir } = await import(${JSON.stringify(new URL('./data-dir.ts', import.meta.url).href)});
      await prepareDataDir(${JSON.stringify(closed)}).catch((error) => console.log(error.message));`;
    if (process.getuid?.() !== 0) await chmod(closed, 0o500);
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: '/',
      ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    expect(`${stdout}${stderr}`).toMatch(
      /^the data folder \S+closed cannot be used: (it belongs|this user)[^\n]*\n$/,
    );
  });
});
