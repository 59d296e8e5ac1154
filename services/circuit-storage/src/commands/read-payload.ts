import { RecognizeError } from '@openrecognize/contracts';
import { objectKeyOf, type PayloadRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';

/**
 * The payload, owned by the caller; undefined if its object is gone or cut short.
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
    throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
  }
  if (payload?.length !== circuit.payloadBytes) return undefined;
  metrics.payloadBytes('read', payload.length);
  return payload;
};
