import { concatBytes, utf8ToBytes, wipe } from '@openrecognize/bytes';
import { invalidInput } from '../keyless-sdk-error.ts';
import type { DeviceContext } from '../session.ts';

/** A PIN is matched like a face, by a code of its own kind; "model" of these codes (spec 08 §3). */
export const pinArtifact = { family: 'openrecognize_pin', version: '1' } as const;
/** Bits of such a code: equal PINs give equal codes, so that two that differ collide with a chance of 2^-256. */
const pinCodeBytes = 32;
/** Every bit has to be right. */
export const pinThreshold = 0;
export const pinSecretBytes = 32;

const maxPinLength = 256;

/** @throws RecognizeError INVALID_INPUT unless it is a text of 1 to 256 characters. */
export const checkPin = (pin: unknown): string => {
  if (typeof pin !== 'string' || pin.length < 1 || pin.length > maxPinLength) {
    throw invalidInput(`The PIN is no text of 1 to ${maxPinLength} characters.`);
  }
  return pin.normalize('NFC');
};

/**
 * The code of a PIN on this device (spec 08 DS-3).
 *
 * @param secret of this device, 32 bytes; not modified.
 * @returns 32 bytes owned by the caller, who wipes them.
 */
export const pinCodeOf = async (
  context: DeviceContext,
  pin: string,
  secret: Uint8Array,
): Promise<Uint8Array> => {
  const { suite, stretchPin } = context.ports.crypto;
  const text = utf8ToBytes(pin);
  const stretched = await stretchPin(text, secret);
  // HKDF-Expand for one block (RFC 5869 §2.3): the stretched key is uniform.
  const code = suite.hmacSha256(
    stretched,
    concatBytes(utf8ToBytes('openrecognize/device/v1 pin code'), Uint8Array.of(1)),
  );
  wipe(text, stretched);
  return code.subarray(0, pinCodeBytes);
};
