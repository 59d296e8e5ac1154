import { hash } from 'node:crypto';
import { constantTimeEqual, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { objectKeyOf, type PayloadRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';
import { DamagedObjectError } from '../ports/object-store-error.ts';

/**
 * The payload, owned by the caller; undefined if its object is gone or is not what was stored:
 * servers exist that keep other bytes than they were sent, and whoever can write there could exchange them.
 *
 * @throws RecognizeError STORAGE_UNAVAILABLE
 */
export const readPayload = async (
  { objects, metrics }: Pick<CircuitStorageDependencies, 'objects' | 'metrics'>,
  circuit: PayloadRef & { readonly payloadBytes: number },
): Promise<Uint8Array | undefined> => {
  let payload: Uint8Array | undefined;
  try {
    payload = await objects.get(objectKeyOf(circuit));
  } catch (error) {
    if (error instanceof DamagedObjectError) return undefined;
    throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
  }
  if (payload === undefined) return undefined;
  if (!constantTimeEqual(hash('sha256', payload, 'buffer'), circuit.payloadSha256)) {
    wipe(payload);
    return undefined;
  }
  metrics.payloadBytes('read', payload.length);
  return payload;
};
