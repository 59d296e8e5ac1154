import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listedKeys } from '../../test/suites/listed-objects.ts';
import { createFileObjectStore } from './file-object-store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-object-store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const openStore = () => createFileObjectStore({ directory, fsync: false });

describe('createFileObjectStore', () => {
  it('spreads first segments over hashed folders and keeps files to its owner', async () => {
    const store = await openStore();
    await store.put('user/device/1', Uint8Array.of(1));
    // First digits of SHA-256('user'): 04f8996d...
    const stats = await stat(join(directory, '04', 'f8', 'user', 'device', '1'));
    expect(stats.mode & 0o777).toBe(0o600);
  });

  it('leaves no empty folder behind', async () => {
    const store = await openStore();
    await store.put('user/device/1', Uint8Array.of(1));
    await store.delete('user/device/1');
    expect(await readdir(directory)).toEqual(['.incoming']);
  });

  it('leaves nothing of a put that fails', async () => {
    const store = await openStore();
    await store.put('user/device/1', Uint8Array.of(1));
    // A folder stands where the object should go.
    await expect(store.put('user/device', Uint8Array.of(2))).rejects.toThrow();
    expect(await readdir(join(directory, '.incoming'))).toEqual([]);
    expect(await store.get('user/device/1')).toEqual(Uint8Array.of(1));
  });

  it('removes what killed puts left behind, once it is old enough, and never lists it', async () => {
    const store = await openStore();
    const [old, recent] = ['old', 'recent'].map((name) => join(directory, '.incoming', name)) as [
      string,
      string,
    ];
    await writeFile(old, 'half');
    await writeFile(recent, 'half');
    await utimes(old, new Date(1_000_000), new Date(1_000_000));
    expect(await listedKeys(store)).toEqual([]);
    expect(await store.removeAbandonedPuts(2_000_000)).toBe(1);
    expect(await readdir(join(directory, '.incoming'))).toEqual(['recent']);
  });

  it('keeps its objects over a restart and ignores foreign files beside them', async () => {
    await (await openStore()).put('user/device/1', Uint8Array.of(1));
    await mkdir(join(directory, 'lost+found'));
    await writeFile(join(directory, 'README'), 'foreign');
    const again = await openStore();
    expect(await again.get('user/device/1')).toEqual(Uint8Array.of(1));
    expect(await listedKeys(again)).toEqual(['user/device/1']);
  });

  it('fails its probe and its puts once the folder is gone', async () => {
    const store = await openStore();
    await rm(directory, { recursive: true });
    await expect(store.probe()).rejects.toThrow();
    await expect(store.put('a', Uint8Array.of(1))).rejects.toThrow();
  });
});
