import { RecognizeError } from '@openrecognize/contracts';
import { type CircuitRef, objectKeyOf } from '../circuit-ref.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';

/**
 * Deletes the payload of a circuit that is used up; the row stays as a tombstone. Nothing to delete is no failure.
 *
 * @throws RecognizeError CONFLICT if the circuit can still be used; STORAGE_UNAVAILABLE
 */
export const deleteCircuitPayload = async (
  { circuits, objects }: CircuitStorageDependencies,
  input: CircuitRef,
): Promise<void> => {
  const found = await circuits.find(input);
  if (!found?.hasPayload) return;
  if (found.state === 'ready' || found.state === 'reserved') throw new RecognizeError('CONFLICT');
  try {
    await objects.delete(objectKeyOf(found));
  } catch (error) {
    throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
  }
  await circuits.markPayloadsDeleted([input]);
};
