import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import { listedKeys, listedObjects } from './listed-objects.ts';

export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  /** By how much an object is larger in the store than it was put; 0. */
  readonly overheadBytes?: number;
  close(): Promise<void>;
}

const bytes = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (first + index * 7) & 255);

/** What every adapter of the object store port must do. `open` gives an empty store. */
export const describeObjectStore = (name: string, open: () => Promise<ObjectStoreUnderTest>): void => {
  describe(`object store: ${name}`, () => {
    let opened: ObjectStoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it('gives back exactly what was put', async () => {
      const content = bytes(65_552);
      await store.put('user/device/7-abc', content);
      expect(await store.get('user/device/7-abc')).toEqual(content);
      await store.put('single', bytes(1, 9));
      expect(await store.get('single')).toEqual(bytes(1, 9));
    });

    it('keeps its own copy of what was put and gives out copies', async () => {
      const content = bytes(64);
      await store.put('a/b', content);
      content.fill(0);
      (await store.get('a/b'))!.fill(1);
      expect(await store.get('a/b')).toEqual(bytes(64));
    });

    it('stores a view without the rest of its buffer', async () => {
      await store.put('a/view', bytes(100).subarray(10, 20));
      expect(await store.get('a/view')).toEqual(bytes(100).slice(10, 20));
    });

    it('has nothing at a key nobody put, below an object, or at a folder', async () => {
      await store.put('a/b/c', bytes(3));
      expect(await store.get('a/x')).toBeUndefined();
      expect(await store.get('a/b/c/d')).toBeUndefined();
      expect(await store.get('other')).toBeUndefined();
    });

    it('replaces the content of a key as a whole', async () => {
      await store.put('a/b', bytes(1000));
      await store.put('a/b', bytes(10, 5));
      expect(await store.get('a/b')).toEqual(bytes(10, 5));
    });

    it('deletes once and again', async () => {
      await store.put('a/b', bytes(3));
      await store.delete('a/b');
      await store.delete('a/b');
      expect(await store.get('a/b')).toBeUndefined();
      expect(await listedKeys(store, '')).toEqual([]);
    });

    it('deletes many at once, those that are not there included', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `u/d/${index}`);
      await Promise.all(names.map((key) => store.put(key, bytes(10))));
      await store.put('u/d2/0', bytes(10));
      expect(await store.deleteMany([...names.slice(0, 20), 'u/d/none'])).toEqual([]);
      expect(await listedKeys(store, '')).toEqual([...names.slice(20), 'u/d2/0'].sort());
      expect(await store.deleteMany([])).toEqual([]);
    });

    it('lists by prefix of whole segments, with size and time', async () => {
      const beforeMs = Date.now() - 5000;
      await store.put('u1/d1/1', bytes(10));
      await store.put('u1/d1/2', bytes(20));
      await store.put('u1/d10/1', bytes(30));
      await store.put('u2/d1/1', bytes(40));
      expect(await listedKeys(store, '')).toEqual(['u1/d1/1', 'u1/d1/2', 'u1/d10/1', 'u2/d1/1']);
      expect(await listedKeys(store, 'u1/')).toEqual(['u1/d1/1', 'u1/d1/2', 'u1/d10/1']);
      expect(await listedKeys(store, 'u1/d1/')).toEqual(['u1/d1/1', 'u1/d1/2']);
      expect(await listedKeys(store, 'u3/')).toEqual([]);
      const [object] = await listedObjects(store, 'u2/');
      expect(object!.bytes).toBe(40 + (opened.overheadBytes ?? 0));
      expect(object!.modifiedAtMs).toBeGreaterThan(beforeMs);
      expect(object!.modifiedAtMs).toBeLessThan(Date.now() + 5000);
    });

    it.each([
      '',
      '/',
      '/etc/passwd',
      '..',
      '../a',
      'a/../b',
      'a/./b',
      'a//b',
      'a/',
      '.incoming/x',
      'a\\..\\b',
      'a/b\0c',
      'a/ü',
      'a b',
      `a/${'x'.repeat(256)}`,
    ])('refuses the key %j everywhere', async (key) => {
      await expect(store.put(key, bytes(1))).rejects.toBeInstanceOf(RangeError);
      await expect(store.get(key)).rejects.toBeInstanceOf(RangeError);
      await expect(store.delete(key)).rejects.toBeInstanceOf(RangeError);
      await expect(store.deleteMany(['a/b', key])).rejects.toBeInstanceOf(RangeError);
    });

    it.each(['..', '../', 'a/../', '/', 'a'])('refuses to list the prefix %j', async (prefix) => {
      await expect(listedObjects(store, prefix)).rejects.toBeInstanceOf(RangeError);
    });

    it('never shows a reader a part of an object that is being replaced', async () => {
      const versions = [bytes(200_000, 1), bytes(150_000, 2)] as const;
      await store.put('a/b', versions[0]);
      let writing = true;
      const writer = (async () => {
        for (let round = 1; round <= 40; round++) await store.put('a/b', versions[round % 2]!);
        writing = false;
      })();
      while (writing) {
        const content = (await store.get('a/b'))!;
        const version = versions.find(({ length }) => length === content.length);
        expect(version && Buffer.compare(version, content)).toBe(0);
        // A store may answer without ever waiting; the writer needs its turn.
        await nextTurn();
      }
      await writer;
    });

    it('survives puts and deletes of neighbours at the same time', async () => {
      const names = Array.from({ length: 40 }, (_, index) => `u/d/${index}`);
      for (let round = 0; round < 5; round++) {
        await Promise.all(names.map((key, index) => store.put(key, bytes(100, index))));
        await Promise.all(
          names.map((key, index) => (index % 2 ? store.delete(key) : store.put(key, bytes(50, index)))),
        );
        await Promise.all(names.map((key) => store.delete(key)));
      }
      await store.put('u/d/last', bytes(5));
      expect(await listedKeys(store, '')).toEqual(['u/d/last']);
    });

    it('answers its probe', async () => {
      await expect(store.probe()).resolves.toBeUndefined();
    });
  });
};
