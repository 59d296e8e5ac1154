import type { EventLog } from '../dependencies.ts';
import type { RefusedDeletion } from '../ports/object-store.ts';

/** One line for all that a deletion left behind, with the first reason; none if it left nothing. */
export const logRefusedDeletions = (log: EventLog, refused: readonly RefusedDeletion[]): void => {
  if (refused.length === 0) return;
  log.error({ err: refused[0]!.reason, left: refused.length }, 'Error while deleting some circuits');
};
