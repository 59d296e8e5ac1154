import type { CommandContext } from './command-context.ts';
import { externalUserKey } from './external-user-key.ts';
import { assertStorableText } from './storable-text.ts';

/** Compared without case; none found is an empty list. */
export const findExternalUser = async (
  { store }: CommandContext,
  tenantId: number,
  externalUserId: string,
): Promise<{ userIds: string[] }> => {
  assertStorableText(externalUserId, '/externalUserId');
  return { userIds: [...(await store.findExternalUser(tenantId, externalUserKey(externalUserId)))] };
};
