import { wipe } from '@openrecognize/bytes';
import type { Backend, BackendContext } from '../ports/backend.ts';
import type { WrappingKeyStore } from '../ports/wrapping-key-store.ts';
import { decodeWebUserRecord, encodeWebUserRecord, type WebUserRecord } from '../web-user-record.ts';

export interface WebUserStoreOptions {
  readonly backend: Pick<Backend, 'readClientState' | 'putClientState'>;
  readonly wrappingKeys: WrappingKeyStore;
}

/** An enrolled user, as the tenant and the backend name them. */
export interface WebUserIdentity {
  readonly tenantId: number;
  readonly customer: string;
  readonly userId: string;
}

/** A record with the version it was read at. */
export interface LoadedWebUser {
  readonly version: number;
  /** Owned by the caller, who wipes it. */
  readonly record: WebUserRecord;
}

/**
 * Reads and unwraps what is kept for a user.
 *
 * @returns undefined for a user this service keeps nothing for.
 * @throws RecognizeError CLIENT_STATE_INVALID when it does not unwrap for this user
 */
export const loadWebUser = async (
  { backend, wrappingKeys }: WebUserStoreOptions,
  user: WebUserIdentity,
  context: BackendContext,
): Promise<LoadedWebUser | undefined> => {
  const stored = await backend.readClientState(user, context);
  if (!stored) return undefined;
  const plaintext = await wrappingKeys.unwrap(stored.wrapped, user);
  try {
    return { version: stored.version, record: decodeWebUserRecord(plaintext) };
  } finally {
    wipe(plaintext);
  }
};

/**
 * Wraps and stores a record in place of the version it stems from.
 *
 * @param expectedVersion 0 for a user without a record.
 * @param record not modified, not retained.
 * @throws RecognizeError CONFLICT when another version is stored
 */
export const saveWebUser = async (
  { backend, wrappingKeys }: WebUserStoreOptions,
  user: WebUserIdentity,
  expectedVersion: number,
  record: WebUserRecord,
  context: BackendContext,
): Promise<void> => {
  const encoded = encodeWebUserRecord(record);
  try {
    const wrapped = await wrappingKeys.wrap(encoded, user);
    await backend.putClientState(user, expectedVersion, wrapped, context);
  } finally {
    wipe(encoded);
  }
};
