export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAtMs: number;
}

/** An object that could not be deleted, and why. */
export interface RefusedDeletion {
  readonly key: string;
  readonly reason: unknown;
}

/**
 * Payloads by key. A key is one or more segments joined by `/`; a segment is 1 to 255 of `A-Z a-z 0-9 . _ -` and
 * begins with a letter or digit. Any other key is refused with a `RangeError`; every other failure of a method means
 * that the store could not do it, and that a repetition is safe.
 */
export interface ObjectStore {
  /**
   * Stores the whole of `content` or nothing: a reader never sees a part of it, also after a crash.
   * Does not keep `content`, which the caller must not change meanwhile.
   */
  put(key: string, content: Uint8Array): Promise<void>;
  /** The content, owned by the caller; undefined if there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Also succeeds if there is nothing to delete. */
  delete(key: string): Promise<void>;
  /**
   * Deletes as many as it can, however many `keys` there are; what it could not is in the answer. Rejects for a key
   * that is not allowed only, before anything is deleted.
   */
  deleteMany(keys: readonly string[]): Promise<readonly RefusedDeletion[]>;
  /**
   * All objects whose key begins with `prefix`, in no order. `prefix` is empty or ends with `/`. Objects put or deleted
   * during the listing may or may not appear; all others appear once.
   */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Frees what unfinished puts older than `olderThanMs` left behind; returns their number. */
  removeAbandonedPuts(olderThanMs: number): Promise<number>;
  /** Rejects while the store cannot be used. */
  probe(): Promise<void>;
}

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;

/** @throws RangeError unless every segment of `key` is allowed. */
export const segmentsOf = (key: string): readonly string[] => {
  const segments = key.split('/');
  if (!segments.every((segment) => SEGMENT.test(segment))) throw new RangeError('object key not allowed');
  return segments;
};

/** @throws RangeError unless `prefix` is empty or whole allowed segments, each followed by `/`. */
export const prefixSegmentsOf = (prefix: string): readonly string[] => {
  if (prefix === '') return [];
  if (!prefix.endsWith('/')) throw new RangeError('object key prefix not allowed');
  return segmentsOf(prefix.slice(0, -1));
};
