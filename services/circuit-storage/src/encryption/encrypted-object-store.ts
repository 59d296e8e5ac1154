import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '../ports/object-store.ts';
import type { DataKeys } from './data-keys.ts';
import { NONCE_BYTES, openEnvelope, parseEnvelope, sealEnvelope } from './payload-envelope.ts';

/**
 * `store`, whose objects are sealed on their way in if `keys` has a key for that, and opened on their way out. Objects
 * that were stored in the clear stay readable: the hash in their circuit's row vouches for them, not the store.
 *
 * `get` rejects with a `DamagedObjectError` for an envelope that was changed or moved, and with a `DataKeyError` while
 * its key can't be had. `list` gives sizes as stored.
 */
export const encryptedObjectStore = (store: ObjectStore, keys: DataKeys): ObjectStore => ({
  async put(key, content) {
    const sealing = await keys.forSealing();
    if (sealing === undefined) return store.put(key, content);
    await store.put(key, sealEnvelope(sealing, randomBytes(NONCE_BYTES), key, content));
  },
  async get(key) {
    const object = await store.get(key);
    const envelope = object && parseEnvelope(object);
    if (envelope === undefined) return object;
    return openEnvelope(envelope, await keys.forOpening(envelope.kind, envelope), key);
  },
  delete: (key) => store.delete(key),
  deleteMany: (keysToDelete) => store.deleteMany(keysToDelete),
  list: (prefix) => store.list(prefix),
  removeAbandonedPuts: (olderThanMs) => store.removeAbandonedPuts(olderThanMs),
  probe: () => store.probe(),
});
