import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestFolder } from '../../test/test-device.ts';
import { acquireStoreLock } from './store-lock.ts';

let folder: string;
let path: string;
let removeFolder: () => Promise<void>;
let child: ChildProcess | undefined;

beforeEach(async () => {
  const made = await createTestFolder();
  folder = made.folder;
  path = join(folder, 'device.store.lock');
  removeFolder = made.remove;
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await removeFolder();
});

/** Another process that holds the lock until it is killed. */
const holdElsewhere = async (): Promise<ChildProcess> => {
  const module = new URL('./store-lock.ts', import.meta.url).href;
  const program = `
    const { acquireStoreLock } = await import(${JSON.stringify(module)});
    await acquireStoreLock(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => {}, 1000);
  `;
  child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
};

const takeAndRelease = async () => {
  const lock = await acquireStoreLock(path);
  await lock.release();
};

it('lets one holder in at a time, and the next one after the release', async () => {
  const lock = await acquireStoreLock(path);
  await expect(acquireStoreLock(path)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  await lock.release();
  await lock.release();
  await takeAndRelease();
  expect(await readdir(folder)).toEqual([]);
});

it('is refused while another process lives and taken over when that one was killed', async () => {
  const holder = await holdElsewhere();
  await expect(acquireStoreLock(path)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await takeAndRelease();
  expect(await readdir(folder)).toEqual([]);
});

it('is taken over by exactly one of many who find it stale', async () => {
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, started: '1', token: 'gone' }));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => acquireStoreLock(path)));
  const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]!.release();
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['names our own pid from an earlier life', () => ({ pid: process.pid, started: '', token: 'earlier' })],
  ['names a pid that a later process got', () => ({ pid: process.ppid, started: '1', token: 'earlier' })],
])('is taken over when it %s', async (_, owner) => {
  await writeFile(path, JSON.stringify(owner()));
  await takeAndRelease();
});

it.each(['', '{"pid":', '[]', '{"pid":-1,"started":"","token":"x"}'])(
  'is taken over when it reads %j',
  async (text) => {
    await writeFile(path, text);
    await takeAndRelease();
  },
);

it('leaves the lock of a successor alone when it is released late', async () => {
  const lock = await acquireStoreLock(path);
  await writeFile(path, 'of a successor');
  await lock.release();
  expect(await readFile(path, 'utf8')).toBe('of a successor');
});

it('is taken over though a process died while it took it over', async () => {
  await writeFile(path, '');
  await mkdir(`${path}-takeover`);
  await utimes(`${path}-takeover`, new Date(0), new Date(0));
  await takeAndRelease();
  expect(await readdir(folder)).toEqual([]);
});
