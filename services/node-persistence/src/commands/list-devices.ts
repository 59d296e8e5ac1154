import {
  type EndpointOutput,
  type listDevices as listDevicesEndpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import { encodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';

/** @throws RecognizeError USER_NOT_FOUND, for another tenant's user too */
export const listDevices = async (
  { store }: CommandContext,
  tenantId: number,
  userId: string,
): Promise<EndpointOutput<typeof listDevicesEndpoint>> => {
  const devices = await store.listDevices(tenantId, userId);
  if (devices === undefined) throw new RecognizeError('USER_NOT_FOUND');
  return {
    devices: devices.map((device) => ({
      ...device,
      publicSigningKey: encodeBase64Field(device.publicSigningKey),
    })),
  };
};
