import { type PersistedOperation, RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError USER_NOT_FOUND, for another tenant's user too */
export const listPendingOperations = async (
  { store }: CommandContext,
  tenantId: number,
  userId: string,
  page: number,
  size: number,
): Promise<{ operations: PersistedOperation[] }> => {
  const slice = { offset: page * size, limit: size };
  const operations = await store.listPendingOperations(tenantId, userId, slice);
  if (operations === undefined) throw new RecognizeError('USER_NOT_FOUND');
  return { operations: [...operations] };
};
