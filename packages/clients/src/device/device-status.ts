import { bytesToBase64 } from '@openrecognize/bytes';
import { deviceStatus as deviceStatusEndpoint } from '@openrecognize/contracts';
import { type DeviceReference, deviceStatusSigningInput } from '@openrecognize/zkb/messages';
import type { RandomSource } from '@openrecognize/zkb/suite';
import { callIdempotently } from './call-idempotently.ts';
import { deviceFailure } from './device-failure.ts';
import type { Clock, DeviceSigner, DeviceTransport, Wait } from './device-transport.ts';
import { signRequest } from './signed-request.ts';

export interface DeviceStatusOptions {
  readonly transport: DeviceTransport;
  readonly random: RandomSource;
  readonly signer: DeviceSigner;
  readonly device: DeviceReference;
  readonly now: Clock;
  readonly wait?: Wait | undefined;
}

export interface DeviceStatus {
  /** 0 when the user is not suspended. */
  readonly lockoutRemainingSeconds: number;
  /** Circuits the server holds for this device. */
  readonly stock: number;
}

/**
 * Asks whether user and device are active; costs no circuit and no attempt.
 *
 * @throws RecognizeError USER_NOT_FOUND, DEVICE_NOT_FOUND, SIGNATURE_INVALID, REQUEST_EXPIRED.
 */
export const readDeviceStatus = async (options: DeviceStatusOptions): Promise<DeviceStatus> => {
  const { transport, random, signer, device, now, wait } = options;
  const { userId, deviceId } = device;
  try {
    const signed = await signRequest(signer, random, now, (freshness) =>
      deviceStatusSigningInput({ userId, deviceId }, freshness),
    );
    const publicSigningKey = bytesToBase64(signer.publicSigningKey);
    const body = { userId, deviceId, publicSigningKey, ...signed };
    return await callIdempotently(transport, deviceStatusEndpoint, { body }, wait);
  } catch (error) {
    throw deviceFailure(error);
  }
};
