/** Remembers which JWTs were accepted. Shared by all processes of an integrator, for instance a table or Redis. */
export interface JtiStore {
  /**
   * Atomically notes the id, unless it is noted: of two calls with one id, one alone gets true.
   *
   * @param id at most 300 characters.
   * @param expiresAtMs milliseconds since the epoch after which the JWT is refused anyway and the id may be
   * forgotten; Infinity when there is no such time.
   */
  claim(id: string, expiresAtMs: number): Promise<boolean>;
}

export interface MemoryJtiStoreOptions {
  /** Ids held at most, 100,000 by default. When full of ids that still count, `claim` fails: nothing is forgotten. */
  readonly maxEntries?: number;
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number;
}

/** A store for one process that forgets everything at its end. */
export const createMemoryJtiStore = (options: MemoryJtiStoreOptions = {}): JtiStore => {
  const { maxEntries = 100_000, clock = Date.now } = options;
  const expiries = new Map<string, number>();
  const forgetExpired = (nowMs: number): void => {
    for (const [id, expiresAtMs] of expiries) if (expiresAtMs <= nowMs) expiries.delete(id);
  };
  return {
    async claim(id, expiresAtMs) {
      const nowMs = clock();
      const known = expiries.get(id);
      if (known !== undefined && known > nowMs) return false;
      if (known === undefined && expiries.size >= maxEntries) forgetExpired(nowMs);
      if (expiries.size >= maxEntries) throw new Error(`the store is full of ${maxEntries} ids`);
      expiries.set(id, expiresAtMs);
      return true;
    },
  };
};
