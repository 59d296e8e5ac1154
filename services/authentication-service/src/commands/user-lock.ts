/** Runs tasks of one user one after the other, and tasks of different users side by side. */
export interface UserLock {
  /**
   * Resolves with what the task answers. The next task of the user starts when `until`, which the task may set, has
   * settled too: work in its background still needs the user's state.
   */
  run<T>(userId: string, task: (hold: (until: Promise<unknown>) => void) => Promise<T>): Promise<T>;
  /** Resolves when nothing is running or held. */
  settled(): Promise<void>;
}

export const createUserLock = (): UserLock => {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: (userId, task) => {
      const held: Promise<unknown>[] = [];
      const before = tails.get(userId) ?? Promise.resolve();
      const answer = before.then(() => task((until) => void held.push(until)));
      const tail = answer
        .catch(() => {})
        .then(() => Promise.allSettled(held))
        .then(() => {
          if (tails.get(userId) === tail) tails.delete(userId);
        });
      tails.set(userId, tail);
      return answer;
    },
    settled: async () => {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
};
