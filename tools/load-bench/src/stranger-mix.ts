/** Decides whose face the next authentication of a user shows. */
export interface StrangerMix {
  next(user: object): 'owner' | 'stranger';
}

/**
 * Strangers in that share of the authentications, spread evenly. Never two in a row for one user: the match in
 * between resets the count of failures, so that the bench locks nobody out.
 *
 * @param share 0 to 0.5
 */
export const createStrangerMix = (share: number): StrangerMix => {
  const hadStranger = new WeakSet<object>();
  let owed = 0;
  return {
    next: (user) => {
      owed += share;
      if (owed < 1 || hadStranger.has(user)) {
        hadStranger.delete(user);
        return 'owner';
      }
      owed -= 1;
      hadStranger.add(user);
      return 'stranger';
    },
  };
};
