import { RecognizeError } from '@openrecognize/contracts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError USER_NOT_FOUND, for another tenant's user too; DEVICE_NOT_FOUND */
export const deleteDevice = async (
  { store, nowMs }: CommandContext,
  tenantId: number,
  userId: string,
  deviceId: string,
): Promise<undefined> => {
  const outcome = await store.deleteDevice(tenantId, userId, deviceId, nowMs());
  if (outcome === 'user-not-found') throw new RecognizeError('USER_NOT_FOUND');
  if (outcome === 'device-not-found') throw new RecognizeError('DEVICE_NOT_FOUND');
};
