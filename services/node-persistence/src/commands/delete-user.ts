import { RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError USER_NOT_FOUND, for another tenant's user too */
export const deleteUser = async (
  { store, nowMs }: CommandContext,
  tenantId: number,
  userId: string,
): Promise<{ deviceIds: string[] }> => {
  const deleted = await store.deleteUser(tenantId, userId, nowMs());
  if (deleted === undefined) throw new RecognizeError('USER_NOT_FOUND');
  return { deviceIds: [...deleted.deviceIds] };
};
