import type { AdministrativeAct } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';
import { externalUserKey } from './external-user-key.ts';
import { assertStorableText } from './storable-text.ts';

/** Compared exactly; none found is well too. */
export const removeExternalUser = async (
  { store, nowMs }: CommandContext,
  tenantId: number,
  externalUserId: string,
  act: AdministrativeAct,
): Promise<undefined> => {
  assertStorableText(externalUserId, '/externalUserId');
  const externalUser = { externalUserId, key: externalUserKey(externalUserId) };
  await store.removeExternalUser(tenantId, externalUser, act, nowMs());
};
