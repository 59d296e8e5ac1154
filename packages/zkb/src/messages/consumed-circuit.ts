import { readU32le, writeU32le } from '@openrecognize/bytes';
import { ProtocolError } from '../protocol-error.ts';
import { maxBatchPayloadBytes } from './circuit-batch.ts';

/** What the circuit store answers to a consumption. Decoded byte arrays are views into the answer. */
export interface ConsumedCircuit {
  /** SHA-256 of the payload as it was uploaded, 32 bytes. */
  readonly payloadSha256: Uint8Array;
  /** As read from the object store: the evaluator checks its hash. */
  readonly payload: Uint8Array;
  /** Ready circuits the device has left; u32. */
  readonly stock: number;
  /** First index of the device that was never stored; u32. */
  readonly nextFreeIndex: number;
}

const magic = 0x4343_4b5a; // "ZKCC", little-endian
const headerBytes = 52;
const hashBytes = 32;
const hashAt = 20;

const malformed = (what: string): ProtocolError =>
  new ProtocolError('MESSAGE_MALFORMED', `consumed circuit: ${what}`);

/** Size of an encoded answer. */
const consumedCircuitBytes = (payloadBytes: number): number => headerBytes + payloadBytes;

/**
 * Encodes the answer to a consumption (spec 04 §4.5).
 *
 * @param circuit its arrays are copied.
 * @throws ProtocolError MESSAGE_MALFORMED for a payload that is empty or too long, or a hash of another size.
 */
export const encodeConsumedCircuit = (circuit: ConsumedCircuit): Uint8Array => {
  const { payload, payloadSha256, stock, nextFreeIndex } = circuit;
  if (payload.length < 1 || payload.length > maxBatchPayloadBytes) throw malformed('payload size');
  if (payloadSha256.length !== hashBytes) throw malformed('hash size');
  const out = new Uint8Array(consumedCircuitBytes(payload.length));
  writeU32le(out, magic, 0);
  out[4] = 1;
  writeU32le(out, stock, 8);
  writeU32le(out, nextFreeIndex, 12);
  writeU32le(out, payload.length, 16);
  out.set(payloadSha256, hashAt);
  out.set(payload, headerBytes);
  return out;
};

/**
 * Strict inverse (spec 04 ZK-9): exact length, known version.
 *
 * @param bytes not modified; the result's arrays are views into it.
 * @throws ProtocolError MESSAGE_MALFORMED
 */
export const decodeConsumedCircuit = (bytes: Uint8Array): ConsumedCircuit => {
  if (bytes.length < headerBytes) throw malformed('too short');
  if (readU32le(bytes, 0) !== magic || readU32le(bytes, 4) !== 1) throw malformed('magic or version');
  const payloadBytes = readU32le(bytes, 16);
  if (payloadBytes < 1 || payloadBytes > maxBatchPayloadBytes) throw malformed('payload size');
  if (bytes.length !== consumedCircuitBytes(payloadBytes)) throw malformed('length');
  return {
    payloadSha256: bytes.subarray(hashAt, headerBytes),
    payload: bytes.subarray(headerBytes),
    stock: readU32le(bytes, 8),
    nextFreeIndex: readU32le(bytes, 12),
  };
};
