import { readU32le, writeU32le } from '@openrecognize/bytes';
import { CircuitError } from './circuit-error.ts';
import { checkBitsAndThreshold, isSupportedBits, isSupportedThreshold, LABEL_BYTES } from './limits.ts';

/** Payload version written and read. */
export const PAYLOAD_VERSION = 1;
/** Kind of a payload about popcount(d) <= T. Kind 2 is reserved for a weighted threshold. */
export const KIND_HAMMING_THRESHOLD = 1;
/** H_k(t, z) = AES-128_k(K) ^ K with K = sigma(z) ^ t (spec 03 §4). */
export const HASH_AES128_SIGMA = 1;

/** "ORGC" in ASCII. */
const MAGIC = Uint8Array.of(0x4f, 0x52, 0x47, 0x43);
const HASH_KEY_OFFSET = 16;
const ROWS_OFFSET = 32;
const ROW_PAIR_BYTES = 2 * LABEL_BYTES;
const DECODING_BYTES = 2 * LABEL_BYTES;

/** A payload taken apart. All arrays are views into the payload: no copies, valid as long as it is. */
export interface HammingPayload {
  readonly n: number;
  readonly threshold: number;
  /** 16 bytes. */
  readonly hashKey: Uint8Array;
  /** 32 (n - 1) bytes: for each AND gate the generator row, then the evaluator row. */
  readonly rows: Uint8Array;
  /** 32 bytes: the hash of the "no match" label, then that of the "match" label. */
  readonly decoding: Uint8Array;
}

/**
 * Exact length of a payload for n-bit codes, in bytes: 32 (n + 1).
 * @throws CircuitError PARAMETERS_INVALID
 */
export function payloadBytes(n: number): number {
  checkBitsAndThreshold(n, 0);
  return ROWS_OFFSET + ROW_PAIR_BYTES * (n - 1) + DECODING_BYTES;
}

/**
 * A new payload with its header and hash key written, rows and decoding zero. The caller owns it and fills
 * the two through {@link decodeHammingPayload}'s views.
 * @throws CircuitError PARAMETERS_INVALID
 */
export function allocateHammingPayload(
  n: number,
  threshold: number,
  hashKey: Uint8Array,
): Uint8Array<ArrayBuffer> {
  checkBitsAndThreshold(n, threshold);
  if (hashKey.length !== LABEL_BYTES) {
    throw new CircuitError('PARAMETERS_INVALID', 'The hash key has 16 bytes');
  }
  const payload = new Uint8Array(payloadBytes(n));
  payload.set(MAGIC);
  payload[4] = PAYLOAD_VERSION;
  payload[5] = KIND_HAMMING_THRESHOLD;
  payload[6] = HASH_AES128_SIGMA;
  payload[7] = 0;
  writeU32le(payload, n, 8);
  writeU32le(payload, threshold, 12);
  payload.set(hashKey, HASH_KEY_OFFSET);
  return payload;
}

/**
 * Checks a payload's header and exact length and gives views of its parts; the rows and the decoding can't
 * be checked without labels (spec 03 GC-15, GC-18). T is not bound to the rows: authenticate the payload as a whole
 * first (GC-19).
 *
 * @throws CircuitError PAYLOAD_LENGTH, PAYLOAD_MAGIC, PAYLOAD_VERSION, PAYLOAD_KIND, PAYLOAD_HASH,
 *   PAYLOAD_FLAGS, PAYLOAD_BITS, PAYLOAD_THRESHOLD
 */
export function decodeHammingPayload(payload: Uint8Array): HammingPayload {
  if (payload.length < ROWS_OFFSET) throw invalid('PAYLOAD_LENGTH');
  if (!MAGIC.every((byte, i) => payload[i] === byte)) throw invalid('PAYLOAD_MAGIC');
  if (payload[4] !== PAYLOAD_VERSION) throw invalid('PAYLOAD_VERSION');
  if (payload[5] !== KIND_HAMMING_THRESHOLD) throw invalid('PAYLOAD_KIND');
  if (payload[6] !== HASH_AES128_SIGMA) throw invalid('PAYLOAD_HASH');
  if (payload[7] !== 0) throw invalid('PAYLOAD_FLAGS');
  const n = readU32le(payload, 8);
  if (!isSupportedBits(n)) throw invalid('PAYLOAD_BITS');
  const threshold = readU32le(payload, 12);
  if (!isSupportedThreshold(n, threshold)) throw invalid('PAYLOAD_THRESHOLD');
  if (payload.length !== payloadBytes(n)) throw invalid('PAYLOAD_LENGTH');
  const decodingOffset = ROWS_OFFSET + ROW_PAIR_BYTES * (n - 1);
  return {
    n,
    threshold,
    hashKey: payload.subarray(HASH_KEY_OFFSET, ROWS_OFFSET),
    rows: payload.subarray(ROWS_OFFSET, decodingOffset),
    decoding: payload.subarray(decodingOffset),
  };
}

function invalid(code: CircuitError['code']): CircuitError {
  return new CircuitError(code, 'The payload is not one this version reads');
}
