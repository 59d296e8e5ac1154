import { objectKeyOf, type PayloadRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { forEachLimited } from '../for-each-limited.ts';

const DELETIONS_AT_A_TIME = 8;

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
  const deleted: PayloadRef[] = [];
  let failure: unknown;
  await forEachLimited(payloads, DELETIONS_AT_A_TIME, async (payload) => {
    try {
      await objects.delete(objectKeyOf(payload));
      deleted.push(payload);
    } catch (error) {
      failure ??= error;
    }
  });
  await circuits.markPayloadsDeleted(deleted);
  if (failure !== undefined) {
    const left = payloads.length - deleted.length;
    log.error({ err: failure, left }, 'Error while deleting some circuits');
  }
  return failure === undefined;
};
