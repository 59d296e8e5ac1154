import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgresBinaries } from './binaries.ts';

/** Any account but root that is known to the system. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'openrecognize-binaries-'));
  await chmod(root, 0o755);
  await mkdir(join(root, 'native/lib'), { recursive: true });
  await writeFile(join(root, 'native/lib/libpq.so.5.18'), 'library');
  const links = [
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
  ];
  await writeFile(join(root, 'native/pg-symlinks.json'), JSON.stringify(links));
});
afterEach(async () => {
  await chmod(join(root, 'native/lib'), 0o755);
  await rm(root, { recursive: true, force: true });
});

describe('findPostgresBinaries', () => {
  it('makes the links an npm package cannot carry, also when several starts do so at once', async () => {
    await Promise.all([1, 2, 3].map(() => findPostgresBinaries(root)));
    const { libraryDir, postgres } = await findPostgresBinaries(root);
    expect(libraryDir).toBeUndefined();
    expect(postgres).toBe(join(root, 'native/bin/postgres'));
    expect(await readlink(join(root, 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18');
    expect(await readFile(join(root, 'native/lib/libpq.so'), 'utf8')).toBe('library');
  });

  it('puts the links elsewhere for an installation that may only be read', async () => {
    if (!isRoot) await chmod(join(root, 'native/lib'), 0o500);
    const script = `
      import { existsSync, readFileSync } from 'node:fs';
      const { findPostgresBinaries } = await import(${JSON.stringify(new URL('./binaries.ts', import.meta.url).href)});
      const { libraryDir, dispose } = await findPostgresBinaries(${JSON.stringify(root)});
      const content = readFileSync(libraryDir + '/libpq.so.5', 'utf8');
      await dispose();
      console.log(JSON.stringify({ content, left: existsSync(libraryDir) }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: '/',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ content: 'library', left: false });
  });

  it('finds the binaries of the installed package', async () => {
    await expect(findPostgresBinaries()).resolves.toMatchObject({
      initdb: expect.stringContaining('native/bin/initdb'),
    });
  });
});
