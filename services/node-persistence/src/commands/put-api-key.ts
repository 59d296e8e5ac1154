import { RecognizeError } from '@openrecognize/contracts';
import type { ApiKeyKind } from '../ports/tenant-store.ts';
import { decodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError CUSTOMER_NOT_FOUND; CONFLICT if the key belongs to another tenant or is of another kind */
export const putApiKey = async (
  { store, nowMs }: CommandContext,
  customer: string,
  kind: ApiKeyKind,
  keySha256: string,
): Promise<undefined> => {
  const hash = decodeBase64Field(keySha256, '/keySha256', 32);
  const outcome = await store.putApiKey(customer, kind, hash, nowMs());
  if (outcome === 'tenant-not-found') throw new RecognizeError('CUSTOMER_NOT_FOUND');
  if (outcome === 'conflict') throw new RecognizeError('CONFLICT');
};
