import { RecognizeError } from '@openrecognize/contracts';
import { encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError NO_SUCH_CIRCUIT_ID if there is no token, or it was taken */
export const takeMatchToken = async (
  { store, nowMs }: CommandContext,
  userId: string,
  deviceId: string,
  circuitIndex: number,
): Promise<{ tokenHash: string }> => {
  const tokenHash = await store.takeMatchToken(userId, deviceId, circuitIndex, nowMs());
  if (tokenHash === undefined) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
  return { tokenHash: encodeBase64Field(tokenHash) };
};
