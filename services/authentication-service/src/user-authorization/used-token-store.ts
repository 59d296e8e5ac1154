import { RecognizeError } from '@openrecognize/contracts';

/** Remembers which tokens were used, until they expire. */
export interface UsedTokenStore {
  /**
   * Marks a token as used, in one step.
   *
   * @param id names the token among all tenants.
   * @returns false when it was used before.
   */
  use(id: string, expiresAtMs: number): Promise<boolean>;
}

/**
 * Store of one process. It never forgets a token that could still be used: when it is full it refuses new ones.
 * Several processes need a store they share, or a token works once in each.
 *
 * @param maxTokens about 200 bytes each.
 * @throws RecognizeError TOO_MANY_REQUESTS from `use` when all places are taken
 */
export const createMemoryUsedTokenStore = (maxTokens: number, now: () => number): UsedTokenStore => {
  const expiries = new Map<string, number>();
  const sweep = (): void => {
    const nowMs = now();
    for (const [id, expiresAtMs] of expiries) if (expiresAtMs <= nowMs) expiries.delete(id);
  };
  return {
    use: async (id, expiresAtMs) => {
      if ((expiries.get(id) ?? 0) > now()) return false;
      if (expiries.size >= maxTokens) sweep();
      if (expiries.size >= maxTokens) {
        throw new RecognizeError('TOO_MANY_REQUESTS', { details: { retryAfterSeconds: 60 } });
      }
      expiries.set(id, expiresAtMs);
      return true;
    },
  };
};
