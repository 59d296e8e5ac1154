import {
  type checkDevice as checkDeviceEndpoint,
  type EndpointOutput,
  RecognizeError,
} from '@openrecognize/contracts';
import type { DeviceKey } from '../ports/attempt-store.ts';
import { encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';
import { lockoutRemainingSeconds } from './lockout-remaining.ts';

/** @throws RecognizeError USER_NOT_FOUND, for another tenant's user too; DEVICE_NOT_FOUND */
export const checkDevice = async (
  { store, nowMs }: CommandContext,
  key: DeviceKey,
): Promise<EndpointOutput<typeof checkDeviceEndpoint>> => {
  const device = await store.checkDevice(key);
  if (device.outcome !== 'active') {
    throw new RecognizeError(device.outcome === 'user-not-found' ? 'USER_NOT_FOUND' : 'DEVICE_NOT_FOUND');
  }
  return {
    publicSigningKey: encodeBase64Field(device.publicSigningKey),
    codeBits: device.codeBits,
    threshold: device.threshold,
    ...(device.externalUserId === undefined ? {} : { externalUserId: device.externalUserId }),
    lockoutRemainingSeconds: lockoutRemainingSeconds(device.lockedUntilMs, nowMs()),
  };
};
