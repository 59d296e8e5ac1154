import { bytesToUtf8, concatBytes, readU32le, u32le, utf8ToBytes } from '@openrecognize/bytes';
import { ProtocolError } from '../protocol-error.ts';
import type { ClientState } from './client-state.ts';

/** A client state together with the device's private key: all that a device is. */
export interface PortableClientState {
  readonly state: ClientState;
  /** PKCS #8 DER of the device signing key. */
  readonly privateKey: Uint8Array;
}

const magic = 0x5343_4b5a; // "ZKCS", little-endian
const keyBytes = 32;
const fixedBytes = 8 + 5 * 4 + 2 * keyBytes;

const malformed = (what: string): ProtocolError =>
  new ProtocolError('STATE_MALFORMED', `client state: ${what}`);

const textField = (text: string): Uint8Array => {
  const bytes = utf8ToBytes(text);
  return concatBytes(u32le(bytes.length), bytes);
};

/** Binary form (spec 04 §4.4). The result holds secrets: encrypt it before it is stored, wipe it afterwards. */
export const encodeClientState = ({ state, privateKey }: PortableClientState): Uint8Array =>
  concatBytes(
    u32le(magic),
    u32le(1),
    u32le(state.codeBits),
    u32le(state.threshold),
    u32le(state.epoch),
    u32le(state.nextIndex),
    u32le(state.garbledTo),
    state.chainKey,
    state.sealKey,
    textField(state.userId),
    textField(state.deviceId),
    textField(state.artifact.family),
    textField(state.artifact.version),
    u32le(privateKey.length),
    privateKey,
  );

const fieldReader = (bytes: Uint8Array, start: number) => {
  let at = start;
  const next = (maxBytes: number): Uint8Array => {
    if (at + 4 > bytes.length) throw malformed('truncated');
    const length = readU32le(bytes, at);
    if (length > maxBytes || at + 4 + length > bytes.length) throw malformed('field length');
    const field = bytes.slice(at + 4, at + 4 + length);
    at += 4 + length;
    return field;
  };
  const text = (maxBytes: number): string => {
    const field = next(maxBytes);
    try {
      return bytesToUtf8(field);
    } catch {
      throw malformed('text');
    }
  };
  return { next, text, isAtEnd: () => at === bytes.length };
};

/**
 * Strict inverse of `encodeClientState`; the result owns its bytes.
 *
 * @throws ProtocolError STATE_MALFORMED
 */
export const decodeClientState = (bytes: Uint8Array): PortableClientState => {
  if (bytes.length < fixedBytes || readU32le(bytes, 0) !== magic || readU32le(bytes, 4) !== 1) {
    throw malformed('magic, version or size');
  }
  const codeBits = readU32le(bytes, 8);
  const threshold = readU32le(bytes, 12);
  const nextIndex = readU32le(bytes, 20);
  const garbledTo = readU32le(bytes, 24);
  if (threshold > codeBits || codeBits > 4_096 || nextIndex > garbledTo) throw malformed('numbers');
  const fields = fieldReader(bytes, fixedBytes);
  const userId = fields.text(64);
  const deviceId = fields.text(32);
  const family = fields.text(64);
  const version = fields.text(32);
  const privateKey = fields.next(512);
  if (!fields.isAtEnd()) throw malformed('trailing bytes');
  if (!/^[0-9A-F]{64}$/.test(userId) || !/^[0-9A-F]{32}$/.test(deviceId)) throw malformed('identifiers');
  return {
    state: {
      userId,
      deviceId,
      artifact: { family, version },
      codeBits,
      threshold,
      epoch: readU32le(bytes, 16),
      nextIndex,
      garbledTo,
      chainKey: bytes.slice(28, 28 + keyBytes),
      sealKey: bytes.slice(28 + keyBytes, 28 + 2 * keyBytes),
    },
    privateKey,
  };
};
