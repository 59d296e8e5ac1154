import { type PersistedOperation, RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';
import { assertStorableText } from './storable-text.ts';

/** @throws RecognizeError NOT_FOUND, for another tenant's operation too */
export const readOperation = async (
  { store }: CommandContext,
  tenantId: number,
  operationId: string,
): Promise<PersistedOperation> => {
  assertStorableText(operationId, '/operationId');
  const operation = await store.readOperation(tenantId, operationId);
  if (operation === undefined) throw new RecognizeError('NOT_FOUND');
  return operation;
};
