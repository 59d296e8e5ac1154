import {
  type EndpointInput,
  type EndpointOutput,
  type listRecentAuthentications as endpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import type { HistoryOwner } from '../ports/authentication-history-store.ts';
import type { CommandContext } from './command-context.ts';
import { externalUserKey } from './external-user-key.ts';
import { assertStorableText } from './storable-text.ts';

type Body = EndpointInput<typeof endpoint>['body'];

const ownerOf = (of: Body['of']): HistoryOwner => {
  if ('userId' in of) return of;
  assertStorableText(of.externalUserId, '/of/externalUserId');
  return { externalUserKey: externalUserKey(of.externalUserId) };
};

/** @throws RecognizeError USER_NOT_FOUND for a user id; an external user id nobody has is an empty page */
export const listRecentAuthentications = async (
  { store, nowMs }: CommandContext,
  { tenantId, of, operationId, page, size }: Body,
): Promise<EndpointOutput<typeof endpoint>> => {
  assertStorableText(operationId, '/operationId');
  const slice = { offset: page * size, limit: size };
  const found = await store.listRecentAuthentications(tenantId, ownerOf(of), operationId, slice, nowMs());
  if (found === undefined) {
    if ('userId' in of) throw new RecognizeError('USER_NOT_FOUND');
    return { total: 0, authentications: [] };
  }
  return { total: found.total, authentications: [...found.authentications] };
};
