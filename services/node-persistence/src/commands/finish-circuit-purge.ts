import type { CommandContext } from './command-context.ts';

/** A device that is not on the list is fine: the call may be repeated. */
export const finishCircuitPurge = async (
  { store }: CommandContext,
  userId: string,
  deviceId: string,
): Promise<undefined> => {
  await store.finishCircuitPurge(userId, deviceId);
};
