import { bytesToHex, hexToBytes } from '@openrecognize/bytes';
import type { DeviceRef } from '../../circuit-ref.ts';

/** The two id columns of a device. */
export const idsOf = (device: DeviceRef): [userId: Uint8Array, deviceId: Uint8Array] => [
  hexToBytes(device.userId),
  hexToBytes(device.deviceId),
];

/** The same as arrays, for `unnest`. */
export const idArraysOf = (
  devices: readonly DeviceRef[],
): [userIds: Uint8Array[], deviceIds: Uint8Array[]] => [
  devices.map(({ userId }) => hexToBytes(userId)),
  devices.map(({ deviceId }) => hexToBytes(deviceId)),
];

/** A device by its columns. */
export const deviceOf = (row: {
  readonly user_id: Uint8Array;
  readonly device_id: Uint8Array;
}): DeviceRef => ({
  userId: bytesToHex(row.user_id, { upper: true }),
  deviceId: bytesToHex(row.device_id, { upper: true }),
});
