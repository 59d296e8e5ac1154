import {
  type EndpointInput,
  type putClientState as putClientStateEndpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import { decodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError USER_NOT_FOUND; CONFLICT if another version than the expected one is stored */
export const putClientState = async (
  { store }: CommandContext,
  userId: string,
  { tenantId, expectedVersion, wrapped }: EndpointInput<typeof putClientStateEndpoint>['body'],
): Promise<{ version: number }> => {
  const bytes = decodeBase64Field(wrapped, '/wrapped');
  const put = await store.putClientState(tenantId, userId, expectedVersion, bytes);
  if (put.outcome !== 'stored') {
    throw new RecognizeError(put.outcome === 'user-not-found' ? 'USER_NOT_FOUND' : 'CONFLICT');
  }
  return { version: put.version };
};
