import { deleteOneByOne } from '../../src/ports/delete-one-by-one.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';

/** Decides before each operation; throwing makes it fail. */
export type Fault = (operation: 'put' | 'get' | 'delete', key: string) => void;

export interface FaultyObjectStore extends ObjectStore {
  fault: Fault | undefined;
}

/** An object store that fails when told to. */
export const faultyObjectStore = (store: ObjectStore): FaultyObjectStore => {
  const faulty: FaultyObjectStore = {
    ...store,
    fault: undefined,
    async put(key, content) {
      faulty.fault?.('put', key);
      await store.put(key, content);
    },
    async get(key) {
      faulty.fault?.('get', key);
      return store.get(key);
    },
    async delete(key) {
      faulty.fault?.('delete', key);
      await store.delete(key);
    },
    deleteMany: (keys) => deleteOneByOne(keys, faulty.delete),
  };
  return faulty;
};

/** An error as the operating system reports it. */
export const systemError = (code: 'ENOSPC' | 'EIO'): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: injected`), { code });
