import { RecognizeError } from '@openrecognize/contracts';

/** Counts what is in use by key, up to a limit each (spec 07 WS-13). */
export interface Places<Key> {
  /**
   * @returns gives the place back; repeated calls do nothing.
   * @throws RecognizeError TOO_MANY_REQUESTS
   */
  take(key: Key): () => void;
}

export const createPlaces = <Key>(maxPerKey: number): Places<Key> => {
  const used = new Map<Key, number>();
  return {
    take: (key) => {
      const count = used.get(key) ?? 0;
      if (count >= maxPerKey) throw new RecognizeError('TOO_MANY_REQUESTS');
      used.set(key, count + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const left = used.get(key)! - 1;
        if (left === 0) used.delete(key);
        else used.set(key, left);
      };
    },
  };
};
