import { u64le, utf8ToBytes } from '@openrecognize/bytes';
import { type DeviceReference, encodeTranscript, type RequestFreshness } from '@openrecognize/zkb/messages';
import type { CryptoSuite } from '@openrecognize/zkb/suite';

/** What a device signs to change which devices its user has. */
export interface DeviceChange extends DeviceReference {
  /** SubjectPublicKeyInfo of the device that comes or goes. */
  readonly otherPublicSigningKey: Uint8Array;
  /** Of the match that allows it. */
  readonly ticket: string;
}

const changeInput =
  (tuple: 'add-device' | 'remove-device') =>
  (suite: CryptoSuite, change: DeviceChange, freshness: RequestFreshness): Uint8Array =>
    encodeTranscript(tuple, [
      change.userId,
      change.deviceId,
      change.otherPublicSigningKey,
      suite.sha256(utf8ToBytes(change.ticket)),
      u64le(BigInt(freshness.timestampMs)),
      freshness.requestNonce,
    ]);

/** spec 08 §6, tuple "add-device" (DS-9). */
export const addDeviceSigningInput = changeInput('add-device');

/** spec 08 §6, tuple "remove-device" (DS-9). */
export const removeDeviceSigningInput = changeInput('remove-device');
