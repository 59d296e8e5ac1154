import { RecognizeError } from '@openrecognize/contracts';
import type { ResolvedApiKey } from '../ports/tenant-store.ts';
import { decodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError API_KEY_INVALID */
export const resolveApiKey = async (
  { store, nowMs }: CommandContext,
  keySha256: string,
): Promise<ResolvedApiKey> => {
  const resolved = await store.resolveApiKey(decodeBase64Field(keySha256, '/keySha256', 32), nowMs());
  if (resolved === undefined) throw new RecognizeError('API_KEY_INVALID');
  return resolved;
};
