import type { CommandContext } from './command-context.ts';
import { externalUserKey } from './external-user-key.ts';
import { assertStorableText } from './storable-text.ts';

/** Compared exactly; none found is well too. */
export const removeExternalUser = async (
  { store }: CommandContext,
  tenantId: number,
  externalUserId: string,
): Promise<undefined> => {
  assertStorableText(externalUserId, '/externalUserId');
  await store.removeExternalUser(tenantId, { externalUserId, key: externalUserKey(externalUserId) });
};
