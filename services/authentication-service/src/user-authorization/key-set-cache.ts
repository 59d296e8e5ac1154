import { RecognizeError } from '@openrecognize/contracts';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { FetchJwks } from './fetch-jwks.ts';

export interface KeySetCacheOptions {
  readonly fetchJwks: FetchJwks;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Age at which a set is fetched anew; if that fails, the old one serves until `maxAgeMs`. */
const freshForMs = 3_600_000;
const maxAgeMs = 86_400_000;
/** An unknown key id asks for the set again no sooner than this after the last time: ids are free to invent. */
const refetchAfterMs = 300_000;
/** After a failure. */
const retryAfterMs = 10_000;
const maxSets = 1_000;

interface Entry {
  keys?: JWTVerifyGetKey;
  fetchedMs: number;
  triedMs: number;
  fetching?: Promise<void> | undefined;
}

const isUnknownKey = (error: unknown): boolean => error instanceof errors.JWKSNoMatchingKey;

/** Keys of the key sets tenants name, remembered. Requests that need the same set at once share one fetch. */
export interface KeySetCache {
  /**
   * Finds keys for `jwtVerify`.
   *
   * @throws from the function: jose's errors for no or several matching keys; RecognizeError SERVICE_UNAVAILABLE
   * when the set can't be had
   */
  keysOf(uri: string): JWTVerifyGetKey;
}

export const createKeySetCache = ({ fetchJwks, now }: KeySetCacheOptions): KeySetCache => {
  const entries = new Map<string, Entry>();

  const entryOf = (uri: string): Entry => {
    const known = entries.get(uri);
    if (known) return known;
    const entry: Entry = { fetchedMs: Number.NEGATIVE_INFINITY, triedMs: Number.NEGATIVE_INFINITY };
    entries.set(uri, entry);
    const oldest = entries.keys().next();
    if (entries.size > maxSets && !oldest.done) entries.delete(oldest.value);
    return entry;
  };
  const fetchInto = async (entry: Entry, uri: string): Promise<void> => {
    entry.triedMs = now();
    entry.keys = createLocalJWKSet(await fetchJwks(uri));
    entry.fetchedMs = now();
  };
  const refresh = (entry: Entry, uri: string): Promise<void> => {
    entry.fetching ??= fetchInto(entry, uri).finally(() => {
      entry.fetching = undefined;
    });
    return entry.fetching;
  };
  const current = async (entry: Entry, uri: string): Promise<JWTVerifyGetKey> => {
    const ageMs = now() - entry.fetchedMs;
    const isUsable = entry.keys !== undefined && ageMs < maxAgeMs;
    if (isUsable && ageMs < freshForMs) return entry.keys!;
    const isDue = entry.fetching !== undefined || now() - entry.triedMs >= retryAfterMs;
    try {
      if (isDue) await refresh(entry, uri);
    } catch (cause) {
      if (!isUsable) throw new RecognizeError('SERVICE_UNAVAILABLE', { cause });
    }
    if (entry.keys === undefined || now() - entry.fetchedMs >= maxAgeMs) {
      throw new RecognizeError('SERVICE_UNAVAILABLE', { cause: new Error('key set could not be fetched') });
    }
    return entry.keys;
  };

  return {
    keysOf: (uri) => async (header, token) => {
      const entry = entryOf(uri);
      const find = await current(entry, uri);
      try {
        return await find(header, token);
      } catch (error) {
        const isDue = now() - Math.max(entry.fetchedMs, entry.triedMs) >= refetchAfterMs;
        if (!isUnknownKey(error) || !(isDue || entry.fetching)) throw error;
        // A set that can't be had now leaves the key unknown.
        await refresh(entry, uri).catch(() => {});
        return await entry.keys!(header, token);
      }
    },
  };
};
