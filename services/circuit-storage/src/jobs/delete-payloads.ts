import { objectKeyOf, type PayloadRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { logRefusedDeletions } from './log-refused-deletions.ts';

/**
 * Deletes payloads of finished circuits and notes which are gone. What the object store refuses is logged and keeps
 * its note; returns whether all could be deleted.
 *
 * @throws RecognizeError STORAGE_UNAVAILABLE if the notes can't be made
 */
export const deletePayloads = async (
  { circuits, objects }: Pick<CircuitStorageDependencies, 'circuits' | 'objects'>,
  payloads: readonly PayloadRef[],
  log: EventLog,
): Promise<boolean> => {
  const refused = await objects.deleteMany(payloads.map(objectKeyOf));
  const left = new Set(refused.map(({ key }) => key));
  await circuits.markPayloadsDeleted(payloads.filter((payload) => !left.has(objectKeyOf(payload))));
  logRefusedDeletions(log, refused);
  return refused.length === 0;
};
