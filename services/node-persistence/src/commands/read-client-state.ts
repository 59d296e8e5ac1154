import { RecognizeError } from '@openrecognize/contracts';
import { encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError USER_NOT_FOUND, also for a user without client state */
export const readClientState = async (
  { store }: CommandContext,
  tenantId: number,
  userId: string,
): Promise<{ version: number; wrapped: string }> => {
  const state = await store.readClientState(tenantId, userId);
  if (state === undefined) throw new RecognizeError('USER_NOT_FOUND');
  return { version: state.version, wrapped: encodeBase64Field(state.wrapped) };
};
