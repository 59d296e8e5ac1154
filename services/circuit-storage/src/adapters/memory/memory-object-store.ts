import {
  type ObjectStore,
  prefixSegmentsOf,
  type StoredObject,
  segmentsOf,
} from '../../ports/object-store.ts';

/** Objects of one process, gone with it. For tests and as the measure for real stores. */
export const createMemoryObjectStore = (now: () => number = Date.now): ObjectStore => {
  const objects = new Map<string, { readonly content: Uint8Array; readonly modifiedAtMs: number }>();
  return {
    async put(key, content) {
      segmentsOf(key);
      objects.set(key, { content: content.slice(), modifiedAtMs: now() });
    },
    async get(key) {
      segmentsOf(key);
      return objects.get(key)?.content.slice();
    },
    async delete(key) {
      segmentsOf(key);
      objects.delete(key);
    },
    async deleteMany(keys) {
      for (const key of keys) segmentsOf(key);
      for (const key of keys) objects.delete(key);
      return [];
    },
    async *list(prefix): AsyncGenerator<StoredObject> {
      prefixSegmentsOf(prefix);
      for (const [key, { content, modifiedAtMs }] of [...objects]) {
        if (key.startsWith(prefix)) yield { key, bytes: content.length, modifiedAtMs };
      }
    },
    async removeAbandonedPuts() {
      return 0;
    },
    async probe() {},
  };
};
