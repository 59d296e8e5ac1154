import type { SigningKey } from './signing-key.ts';
import { VerifierUnavailableError } from './verify-error.ts';

export interface JwksCacheOptions {
  readonly load: () => Promise<readonly SigningKey[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Age at which the keys are fetched anew. */
  readonly maxAgeMs: number;
  /** How much older they may get while that fails. */
  readonly maxStaleMs: number;
  /** Shortest time between two fetches for an unknown `kid`. */
  readonly unknownKeyIntervalMs: number;
  /** Shortest time between a fetch that failed and the next one. */
  readonly retryIntervalMs: number;
}

/** The published keys, fetched as rarely as possible and by one request at a time. */
export interface JwksCache {
  /**
   * Keys of this name; none if there are none after a fresh look, where one was allowed.
   *
   * @throws VerifierUnavailableError JWKS_UNAVAILABLE
   */
  find(keyId: string): Promise<readonly SigningKey[]>;
}

interface Snapshot {
  readonly keys: readonly SigningKey[];
  readonly atMs: number;
}

export const createJwksCache = (options: JwksCacheOptions): JwksCache => {
  const { load, now, maxAgeMs, maxStaleMs, unknownKeyIntervalMs, retryIntervalMs } = options;
  let snapshot: Snapshot | undefined;
  let failure: { readonly error: unknown; readonly atMs: number } | undefined;
  let unknownKeyFetchAtMs = Number.NEGATIVE_INFINITY;
  let inFlight: Promise<void> | undefined;

  const fetchOnce = async (): Promise<void> => {
    try {
      snapshot = { keys: await load(), atMs: now() };
      failure = undefined;
    } catch (error) {
      failure = { error, atMs: now() };
    }
  };

  /** Callers that arrive while a fetch runs wait for that one. Never rejects. */
  const refresh = (): Promise<void> => {
    if (failure && now() - failure.atMs < retryIntervalMs) return Promise.resolve();
    inFlight ??= fetchOnce().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };

  const unavailable = (): VerifierUnavailableError =>
    new VerifierUnavailableError('JWKS_UNAVAILABLE', 'the signing keys cannot be fetched', {
      cause: failure?.error,
    });

  const usable = async (): Promise<Snapshot> => {
    if (!snapshot || now() - snapshot.atMs >= maxAgeMs) await refresh();
    // Old keys are better than none while their publisher is away, but not for ever: one may have been withdrawn.
    if (snapshot && now() - snapshot.atMs < maxAgeMs + maxStaleMs) return snapshot;
    throw unavailable();
  };

  const matching = ({ keys }: Snapshot, keyId: string): readonly SigningKey[] =>
    keys.filter((key) => key.keyId === keyId);

  return {
    async find(keyId) {
      const before = snapshot;
      const current = await usable();
      const found = matching(current, keyId);
      // Keys that were fetched for this very question need no second look.
      if (found.length > 0 || current !== before) return found;
      // Whoever joins a fetch that runs already starts none.
      if (inFlight === undefined) {
        if (now() - unknownKeyFetchAtMs < unknownKeyIntervalMs) return [];
        unknownKeyFetchAtMs = now();
      }
      await refresh();
      const fresh = matching(snapshot ?? current, keyId);
      // No look was had: whether there is such a key is not known.
      if (fresh.length === 0 && failure) throw unavailable();
      return fresh;
    },
  };
};
