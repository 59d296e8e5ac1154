import { utf8ToBytes } from '@openrecognize/bytes';
import type { CryptoSuite } from '../suite/crypto-suite.ts';
import type { DeviceReference, RequestFreshness } from './signing-inputs.ts';
import { encodeTranscript, u64Field } from './transcript.ts';

/** What a device signs to change which devices its user has. */
export interface DeviceChange extends DeviceReference {
  /** SubjectPublicKeyInfo of the device that comes or goes. */
  readonly otherPublicSigningKey: Uint8Array;
  /** Of the match that allows it. */
  readonly ticket: string;
}

/** Signing input of a change. */
export type DeviceChangeInput = (
  suite: CryptoSuite,
  change: DeviceChange,
  freshness: RequestFreshness,
) => Uint8Array;

const changeInput =
  (tuple: 'add-device' | 'remove-device'): DeviceChangeInput =>
  (suite, change, freshness) =>
    encodeTranscript(tuple, [
      change.userId,
      change.deviceId,
      change.otherPublicSigningKey,
      suite.sha256(utf8ToBytes(change.ticket)),
      u64Field(freshness.timestampMs),
      freshness.requestNonce,
    ]);

/** spec 08 §6, tuple "add-device" (DS-9). */
export const addDeviceSigningInput = changeInput('add-device');

/** spec 08 §6, tuple "remove-device" (DS-9). */
export const removeDeviceSigningInput = changeInput('remove-device');
