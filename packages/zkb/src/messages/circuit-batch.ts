import { readU32le, writeU32le } from '@openrecognize/bytes';
import { ProtocolError } from '../protocol-error.ts';

/** One circuit of a batch. Decoded byte arrays are views into the batch. */
export interface BatchedCircuit {
  readonly circuitIndex: number;
  /** SHA-256 of the match label, 32 bytes; present in batches of clients, absent in those for the storage. */
  readonly tokenHash?: Uint8Array;
  readonly payload: Uint8Array;
}

export interface CircuitBatch {
  readonly payloadBytes: number;
  readonly hasTokens: boolean;
  readonly circuits: readonly BatchedCircuit[];
}

const magic = 0x4243_4b5a; // "ZKCB", little-endian
const headerBytes = 12;
const tokenBytes = 32;
const tokensFlag = 1;

/** Most circuits in one batch. */
export const maxBatchCircuits = 64;
/** Largest payload: 4,096-bit codes with room for future kinds. */
export const maxBatchPayloadBytes = 262_144;

const malformed = (what: string): ProtocolError =>
  new ProtocolError('MESSAGE_MALFORMED', `circuit batch: ${what}`);

/** Size of an encoded batch. */
export const circuitBatchBytes = (count: number, payloadBytes: number, withTokens: boolean): number =>
  headerBytes + count * (4 + (withTokens ? tokenBytes : 0) + payloadBytes);

/**
 * Encodes circuits of one payload size (spec 04 §4.1): header, indices, tokens, payloads, so that the tokens can
 * be cut out without touching a payload.
 *
 * @throws ProtocolError MESSAGE_MALFORMED when sizes differ, tokens are mixed, or the batch is empty or too long.
 */
export const encodeCircuitBatch = (batch: { readonly circuits: readonly BatchedCircuit[] }): Uint8Array => {
  const { circuits } = batch;
  const first = circuits[0];
  if (!first || circuits.length > maxBatchCircuits) throw malformed('1 to 64 circuits');
  const payloadBytes = first.payload.length;
  const withTokens = first.tokenHash !== undefined;
  const out = new Uint8Array(circuitBatchBytes(circuits.length, payloadBytes, withTokens));
  writeU32le(out, magic, 0);
  out[4] = 1;
  out[5] = withTokens ? tokensFlag : 0;
  out[6] = circuits.length;
  writeU32le(out, payloadBytes, 8);
  const tokensAt = headerBytes + 4 * circuits.length;
  const payloadsAt = tokensAt + (withTokens ? tokenBytes * circuits.length : 0);
  circuits.forEach((circuit, i) => {
    if (circuit.payload.length !== payloadBytes) throw malformed('payload sizes differ');
    if ((circuit.tokenHash !== undefined) !== withTokens) throw malformed('tokens are mixed');
    writeU32le(out, circuit.circuitIndex, headerBytes + 4 * i);
    if (circuit.tokenHash) {
      if (circuit.tokenHash.length !== tokenBytes) throw malformed('token size');
      out.set(circuit.tokenHash, tokensAt + tokenBytes * i);
    }
    out.set(circuit.payload, payloadsAt + payloadBytes * i);
  });
  return out;
};

/**
 * Strict inverse (spec 04 ZK-9): exact length, known version and flags, indices strictly ascending.
 *
 * @param bytes not modified; the result's arrays are views into it.
 * @throws ProtocolError MESSAGE_MALFORMED
 */
export const decodeCircuitBatch = (bytes: Uint8Array): CircuitBatch => {
  if (bytes.length < headerBytes) throw malformed('too short');
  if (readU32le(bytes, 0) !== magic || bytes[4] !== 1) throw malformed('magic or version');
  const flags = bytes[5]!;
  const count = bytes[6]!;
  if (flags > tokensFlag || bytes[7] !== 0) throw malformed('flags');
  if (count < 1 || count > maxBatchCircuits) throw malformed('count');
  const payloadBytes = readU32le(bytes, 8);
  if (payloadBytes < 1 || payloadBytes > maxBatchPayloadBytes) throw malformed('payload size');
  const hasTokens = flags === tokensFlag;
  if (bytes.length !== circuitBatchBytes(count, payloadBytes, hasTokens)) throw malformed('length');
  const tokensAt = headerBytes + 4 * count;
  const payloadsAt = tokensAt + (hasTokens ? tokenBytes * count : 0);
  const circuits: BatchedCircuit[] = [];
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const circuitIndex = readU32le(bytes, headerBytes + 4 * i);
    if (circuitIndex <= previous) throw malformed('indices must ascend');
    previous = circuitIndex;
    const payload = bytes.subarray(payloadsAt + payloadBytes * i, payloadsAt + payloadBytes * (i + 1));
    if (!hasTokens) circuits.push({ circuitIndex, payload });
    else {
      const tokenHash = bytes.subarray(tokensAt + tokenBytes * i, tokensAt + tokenBytes * (i + 1));
      circuits.push({ circuitIndex, tokenHash, payload });
    }
  }
  return { payloadBytes, hasTokens, circuits };
};
