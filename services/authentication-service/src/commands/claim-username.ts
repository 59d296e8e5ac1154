import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { Backend, BackendContext, UserReference } from '../ports/backend.ts';

/** Far longer than the client state of a committed enrollment may be on its way to the database. */
const abandonedAfterMs = 120_000;

/**
 * A user whose enrollment here broke off between its commit and the storing of its client state, and could not be
 * taken back at the time. Nobody can authenticate as that user. Users of other origins have no client state here.
 */
const isAbandoned = async (
  backend: Backend,
  user: UserReference,
  nowMs: number,
  context: BackendContext,
): Promise<boolean> => {
  const devices = await backend.listDevices(user, context);
  const isOldAndFromHere = devices.every(
    ({ deviceOrigin, createdAtMs }) => deviceOrigin === 'WEB' && createdAtMs + abandonedAfterMs < nowMs,
  );
  return (
    devices.length > 0 && isOldAndFromHere && (await backend.readClientState(user, context)) === undefined
  );
};

/** Deletes a user; one that is not there is just as well. */
export const removeUser = async (
  backend: Backend,
  user: UserReference,
  context: BackendContext,
): Promise<void> => {
  try {
    await backend.deleteUser(user, context);
  } catch (error) {
    if (!isRecognizeError(error) || error.code !== 'USER_NOT_FOUND') throw error;
  }
};

/**
 * Makes sure that a username is free, and frees it from what an enrollment that broke off left behind.
 *
 * @throws RecognizeError ALREADY_ENROLLED
 */
export const claimUsername = async (
  backend: Backend,
  wanted: { readonly tenantId: number; readonly username: string },
  nowMs: number,
  context: BackendContext,
): Promise<void> => {
  const { tenantId, username } = wanted;
  for (const userId of await backend.findUsers(tenantId, username, context)) {
    const user = { tenantId, userId };
    if (!(await isAbandoned(backend, user, nowMs, context))) throw new RecognizeError('ALREADY_ENROLLED');
    await removeUser(backend, user, context);
  }
};
