export interface ExpiringMapOptions {
  readonly lifetimeMs: number;
  /** More than that are not taken. */
  readonly limit: number;
  readonly now: () => number;
}

interface Held<T> {
  readonly value: T;
  readonly expiresAtMs: number;
}

/** Values that are forgotten after a while, no more than a number of them. */
export const createExpiringMap = <T>({ lifetimeMs, limit, now }: ExpiringMapOptions) => {
  const held = new Map<string, Held<T>>();
  const live = (key: string): T | undefined => {
    const found = held.get(key);
    return found !== undefined && found.expiresAtMs > now() ? found.value : undefined;
  };
  return {
    get: live,
    /** Begins the lifetime anew. @returns false if there is no place. */
    put(key: string, value: T): boolean {
      if (!held.has(key) && held.size >= limit) {
        for (const [old, { expiresAtMs }] of held) if (expiresAtMs <= now()) held.delete(old);
        if (held.size >= limit) return false;
      }
      held.set(key, { value, expiresAtMs: now() + lifetimeMs });
      return true;
    },
    delete: (key: string) => held.delete(key),
    deleteWhere(isMeant: (value: T) => boolean): void {
      for (const [key, { value }] of held) if (isMeant(value)) held.delete(key);
    },
    values: (): T[] => [...held.keys()].flatMap((key) => live(key) ?? []),
  };
};
export type ExpiringMap<T> = ReturnType<typeof createExpiringMap<T>>;
