import type { CircuitStorageDependencies } from '../dependencies.ts';

/** Gives an unused reservation back. One that is consumed, expired and taken over, or unknown is left alone. */
export const releaseReservation = async (
  { circuits, metrics }: CircuitStorageDependencies,
  authenticationId: string,
): Promise<void> => {
  if (await circuits.release(authenticationId)) metrics.count('released');
};
