import { bytesToUtf8, concatBytes, utf8ToBytes } from '@openrecognize/bytes';

/** First byte; states that the authentication-service wraps itself begin with 1. */
const VERSION = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAX_KEY_ID_BYTES = 64;

export interface EnvelopeHeader {
  /** Which wrapping key wrapped the data key: 1 to 64 bytes of UTF-8. */
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
}

/** Parts of an envelope; the arrays are views into it. */
export interface Envelope extends EnvelopeHeader {
  /** All before the nonce: it belongs into the additional data. */
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  /** AES-256-GCM ciphertext and tag. */
  readonly sealed: Uint8Array;
}

/** Version 1, length of the key id 1, key id, length of the wrapped key 2 (little-endian), wrapped key. */
export const encodeEnvelopeHeader = ({ keyId, wrappedKey }: EnvelopeHeader): Uint8Array => {
  const id = utf8ToBytes(keyId);
  if (id.length < 1 || id.length > MAX_KEY_ID_BYTES) throw new RangeError('key id of 1 to 64 bytes expected');
  const { length } = wrappedKey;
  return concatBytes(
    Uint8Array.of(VERSION, id.length),
    id,
    Uint8Array.of(length & 0xff, length >> 8),
    wrappedKey,
  );
};

/** undefined for anything but an envelope of this version. */
export const decodeEnvelope = (bytes: Uint8Array): Envelope | undefined => {
  const keyIdEnd = 2 + (bytes[1] ?? 0);
  const wrappedKeyStart = keyIdEnd + 2;
  if (bytes[0] !== VERSION || keyIdEnd === 2 || bytes.length < wrappedKeyStart) return undefined;
  const headerEnd = wrappedKeyStart + (bytes[keyIdEnd]! | (bytes[keyIdEnd + 1]! << 8));
  if (bytes.length < headerEnd + NONCE_BYTES + TAG_BYTES) return undefined;
  let keyId: string;
  try {
    keyId = bytesToUtf8(bytes.subarray(2, keyIdEnd));
  } catch {
    return undefined;
  }
  return {
    keyId,
    header: bytes.subarray(0, headerEnd),
    wrappedKey: bytes.subarray(wrappedKeyStart, headerEnd),
    nonce: bytes.subarray(headerEnd, headerEnd + NONCE_BYTES),
    sealed: bytes.subarray(headerEnd + NONCE_BYTES),
  };
};
