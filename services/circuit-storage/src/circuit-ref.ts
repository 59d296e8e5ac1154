import { bytesToHex, hexToBytes } from '@openrecognize/bytes';

/** A device of a user, by the ids of the wire: 64 and 32 uppercase hex digits. */
export interface DeviceRef {
  readonly userId: string;
  readonly deviceId: string;
}

export interface CircuitRef extends DeviceRef {
  /** 0 to 4,294,967,294. */
  readonly circuitIndex: number;
}

/**
 * The stored payload of a circuit. The object id is fresh for each upload, so that no two uploads share an object:
 * the sweep can then remove what an upload left behind while the same circuit is being uploaded again.
 */
export interface PayloadRef extends CircuitRef {
  /** SHA-256 of the payload, 32 bytes. */
  readonly payloadSha256: Uint8Array;
  /** 8 random bytes. */
  readonly objectId: Uint8Array;
}

/** The last index of the wire is left free, so that `nextFreeIndex` always fits it too. */
export const maxCircuitIndex = 4_294_967_294;

/** How a circuit is named in logs. */
export const circuitIdOf = (circuit: CircuitRef): string =>
  `${circuit.userId}/${circuit.deviceId}/${circuit.circuitIndex}`;

/** Key prefix of all objects of a device. */
export const objectKeyPrefixOf = (device: DeviceRef): string => `${device.userId}/${device.deviceId}/`;

/** `user/device/index-sha256-objectid`. */
export const objectKeyOf = (payload: PayloadRef): string =>
  `${objectKeyPrefixOf(payload)}${payload.circuitIndex}-${bytesToHex(payload.payloadSha256)}-${bytesToHex(payload.objectId)}`;

const OBJECT_KEY = /^([0-9A-F]{64})\/([0-9A-F]{32})\/(0|[1-9][0-9]{0,9})-([0-9a-f]{64})-([0-9a-f]{16})$/;

/** Inverse of {@link objectKeyOf}; undefined for a key this service did not make. */
export const parseObjectKey = (key: string): PayloadRef | undefined => {
  const match = OBJECT_KEY.exec(key);
  if (!match) return undefined;
  const [, userId, deviceId, index, sha256, objectId] = match as unknown as string[];
  const circuitIndex = Number(index);
  if (circuitIndex > maxCircuitIndex) return undefined;
  return {
    userId: userId!,
    deviceId: deviceId!,
    circuitIndex,
    payloadSha256: hexToBytes(sha256!),
    objectId: hexToBytes(objectId!),
  };
};
