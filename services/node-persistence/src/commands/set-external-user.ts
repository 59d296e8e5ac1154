import { type AdministrativeAct, type ExternalUserLink, RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';
import { externalUserKey } from './external-user-key.ts';
import { assertStorableText } from './storable-text.ts';

/** Which user is to have which external user id. */
export interface ExternalUserRequest {
  readonly tenantId: number;
  readonly userId: string;
  readonly externalUserId: string;
  readonly act: AdministrativeAct;
}

const setExternalUser = async (
  { store, nowMs }: CommandContext,
  set: 'createExternalUser' | 'changeExternalUser',
  { tenantId, userId, externalUserId, act }: ExternalUserRequest,
): Promise<ExternalUserLink> => {
  assertStorableText(externalUserId, '/externalUserId');
  const externalUser = { externalUserId, key: externalUserKey(externalUserId) };
  const done = await store[set](tenantId, userId, externalUser, act, nowMs());
  if (done.outcome === 'set') return done.externalUser;
  throw new RecognizeError(done.outcome === 'taken' ? 'CONFLICT' : 'USER_NOT_FOUND');
};

/** @throws RecognizeError USER_NOT_FOUND; CONFLICT if the user has one, or another user has this one */
export const createExternalUser = (context: CommandContext, request: ExternalUserRequest) =>
  setExternalUser(context, 'createExternalUser', request);

/** @throws RecognizeError USER_NOT_FOUND; CONFLICT if another user has this one */
export const changeExternalUser = (context: CommandContext, request: ExternalUserRequest) =>
  setExternalUser(context, 'changeExternalUser', request);
