import type { ObjectStore, StoredObject } from '../../src/ports/object-store.ts';

/** All objects below a prefix, by key. */
export const listedObjects = async (store: ObjectStore, prefix = ''): Promise<readonly StoredObject[]> => {
  const objects: StoredObject[] = [];
  for await (const object of store.list(prefix)) objects.push(object);
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
};

export const listedKeys = async (store: ObjectStore, prefix = ''): Promise<readonly string[]> =>
  (await listedObjects(store, prefix)).map(({ key }) => key);
