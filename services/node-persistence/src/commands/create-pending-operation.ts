import {
  type EndpointInput,
  type createPendingOperation as endpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';
import { operationRecord } from './operation-record.ts';

/** @throws RecognizeError USER_NOT_FOUND, OPERATION_ALREADY_EXISTS, BAD_REQUEST */
export const createPendingOperation = async (
  { store, nowMs }: CommandContext,
  userId: string,
  { tenantId, apiKeyId, ...info }: EndpointInput<typeof endpoint>['body'],
): Promise<undefined> => {
  const operation = { tenantId, userId, apiKeyId, ...operationRecord(info)! };
  const outcome = await store.createPendingOperation(operation, nowMs());
  if (outcome === 'user-not-found') throw new RecognizeError('USER_NOT_FOUND');
  if (outcome === 'operation-exists') throw new RecognizeError('OPERATION_ALREADY_EXISTS');
};
