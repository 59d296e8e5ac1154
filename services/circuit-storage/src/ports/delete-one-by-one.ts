import { forEachLimited } from '../for-each-limited.ts';
import { type RefusedDeletion, segmentsOf } from './object-store.ts';

const DELETIONS_AT_A_TIME = 8;

/** `deleteMany` of a store that can delete only one object at a time. */
export const deleteOneByOne = async (
  keys: readonly string[],
  deleteOne: (key: string) => Promise<void>,
): Promise<readonly RefusedDeletion[]> => {
  for (const key of keys) segmentsOf(key);
  const refused: RefusedDeletion[] = [];
  await forEachLimited(keys, DELETIONS_AT_A_TIME, async (key) => {
    try {
      await deleteOne(key);
    } catch (reason) {
      refused.push({ key, reason });
    }
  });
  return refused;
};
