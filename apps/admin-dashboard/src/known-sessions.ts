import { createHash } from 'node:crypto';

/** Tokens the operations-service accepted a moment ago, by their hash. */
export interface KnownSessions {
  note(token: string): void;
  forget(token: string): void;
  has(token: string): boolean;
}

const MAX_SESSIONS = 1_000;

/**
 * Lets the health page answer while the operations-service itself is down: that is when it is needed.
 *
 * @param ttlMs how long a token counts as known after it was last accepted
 * @param now milliseconds, never running backwards
 */
export const createKnownSessions = (ttlMs: number, now: () => number): KnownSessions => {
  const lastAccepted = new Map<string, number>();
  const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64');
  return {
    note(token) {
      const key = keyOf(token);
      lastAccepted.delete(key);
      lastAccepted.set(key, now());
      // A map keeps the order of insertion: the first is the one unused for longest.
      if (lastAccepted.size > MAX_SESSIONS) lastAccepted.delete(lastAccepted.keys().next().value!);
    },
    forget(token) {
      lastAccepted.delete(keyOf(token));
    },
    has: (token) => now() - (lastAccepted.get(keyOf(token)) ?? Number.NEGATIVE_INFINITY) <= ttlMs,
  };
};
