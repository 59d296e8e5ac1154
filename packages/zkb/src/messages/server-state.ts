import {
  bytesToUtf8,
  concatBytes,
  readU32le,
  readU64le,
  u32le,
  u64le,
  utf8ToBytes,
} from '@openrecognize/bytes';
import { ProtocolError } from '../protocol-error.ts';
import type { CryptoSuite } from '../suite/crypto-suite.ts';
import { type CircuitBatch, decodeCircuitBatch, maxBatchCircuits } from './circuit-batch.ts';
import { encodeTranscript, u32Field, u64Field } from './transcript.ts';

/** What a backend needs to enroll a device it never talked to. */
export interface ServerStateContent {
  /** SubjectPublicKeyInfo of the device, 91 bytes. */
  readonly publicSigningKey: Uint8Array;
  readonly deviceType: 'SDK' | 'BACKUP' | 'TEMPORARY_STATE';
  readonly deviceOrigin: 'ANDROID' | 'IOS' | 'KEYLESS_AGENT' | 'WEB';
  readonly artifact: { readonly family: string; readonly version: string };
  readonly codeBits: number;
  readonly threshold: number;
  readonly epoch: number;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  readonly sealedTemplate: Uint8Array;
  /** Circuit batches with match tokens (spec 04 §4.1), indices ascending over all of them from 0. */
  readonly batches: readonly Uint8Array[];
}

/** The content under the device's signature. */
export interface ServerState extends ServerStateContent {
  /** ECDSA P-256 over SHA-256, IEEE P1363, 64 bytes, over `serverStateSigningInput`. */
  readonly signature: Uint8Array;
}

const magic = 0x5353_524f; // "ORSS", little-endian
const version = 1;
const numbersBytes = 4 * 5 + 8;
const publicKeyBytes = 91;
const signatureBytes = 64;
const minCodeBits = 64;
const maxCodeBits = 4096;
const maxCircuits = 100;
const maxSealedTemplateBytes = 8192;
const maxBatches = Math.ceil(maxCircuits / maxBatchCircuits);
const maxTextBytes = 64;

/** Largest server state taken: the most circuits of the longest codes, with room for the rest. */
export const maxServerStateBytes = 16 * 1024 * 1024;

const deviceTypes: readonly string[] = ['SDK', 'BACKUP', 'TEMPORARY_STATE'];
const deviceOrigins: readonly string[] = ['ANDROID', 'IOS', 'KEYLESS_AGENT', 'WEB'];

const malformed = (what: string): ProtocolError =>
  new ProtocolError('MESSAGE_MALFORMED', `server state: ${what}`);

/**
 * spec 04 §4.3, tuple "offline-enrollment": what the device signs once, since it takes no part in the later enrollment.
 * The content of a begin-enrollment with the time of the photo in place of a nonce, and the hash of each circuit batch.
 * The receiver accepts the bundle in place of the three signatures of an enrollment; the device key is fresh, so the identity it
 * names can be enrolled once only.
 */
export const serverStateSigningInput = (suite: CryptoSuite, content: ServerStateContent): Uint8Array =>
  encodeTranscript('offline-enrollment', [
    content.publicSigningKey,
    content.deviceType,
    content.deviceOrigin,
    content.artifact.family,
    content.artifact.version,
    u32Field(content.codeBits),
    u32Field(content.threshold),
    u32Field(content.epoch),
    suite.sha256(content.sealedTemplate),
    u64Field(content.createdAtMs),
    ...content.batches.map((batch) => suite.sha256(batch)),
  ]);

const field = (bytes: Uint8Array): Uint8Array[] => [u32le(bytes.length), bytes];

/**
 * Binary form (spec 04 §4.6), little-endian: magic "ORSS", version, codeBits, threshold, epoch (u32 each), createdAtMs (u64), then
 * fields of a u32 length and their bytes: public key, device type, device origin, artifact family and version,
 * sealed template, signature; at last a u32 count of batches and each batch as a field.
 */
export const encodeServerState = (state: ServerState): Uint8Array =>
  concatBytes(
    u32le(magic),
    u32le(version),
    u32le(state.codeBits),
    u32le(state.threshold),
    u32le(state.epoch),
    u64le(state.createdAtMs),
    ...field(state.publicSigningKey),
    ...field(utf8ToBytes(state.deviceType)),
    ...field(utf8ToBytes(state.deviceOrigin)),
    ...field(utf8ToBytes(state.artifact.family)),
    ...field(utf8ToBytes(state.artifact.version)),
    ...field(state.sealedTemplate),
    ...field(state.signature),
    u32le(state.batches.length),
    ...state.batches.flatMap(field),
  );

const createReader = (bytes: Uint8Array, start: number) => {
  let at = start;
  const number = (): number => {
    if (at + 4 > bytes.length) throw malformed('truncated');
    at += 4;
    return readU32le(bytes, at - 4);
  };
  const next = (minBytes: number, maxBytes: number): Uint8Array => {
    const length = number();
    if (length < minBytes || length > maxBytes || at + length > bytes.length) throw malformed('field length');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const text = (): string => {
    const encoded = next(1, maxTextBytes);
    try {
      return bytesToUtf8(encoded);
    } catch {
      throw malformed('text');
    }
  };
  return { number, next, text, isAtEnd: () => at === bytes.length };
};

const oneOf = <T extends string>(value: string, allowed: readonly string[]): T => {
  if (!allowed.includes(value)) throw malformed('device description');
  return value as T;
};

const checkNumbers = (codeBits: number, threshold: number, createdAtMs: bigint): void => {
  const isPowerOfTwo = (codeBits & (codeBits - 1)) === 0;
  const isInRange = codeBits >= minCodeBits && codeBits <= maxCodeBits;
  if (!isPowerOfTwo || !isInRange || threshold > codeBits) throw malformed('code parameters');
  if (createdAtMs > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('time');
};

/** Every circuit once, with its token, indices 0, 1, 2 and so on over all batches. */
const checkBatches = (batches: readonly Uint8Array[]): void => {
  let nextIndex = 0;
  for (const bytes of batches) {
    let batch: CircuitBatch;
    try {
      batch = decodeCircuitBatch(bytes);
    } catch (error) {
      if (error instanceof ProtocolError) throw malformed('circuit batch');
      throw error;
    }
    if (!batch.hasTokens) throw malformed('match tokens are missing');
    for (const { circuitIndex } of batch.circuits) {
      if (circuitIndex !== nextIndex++) throw malformed('circuit indices');
    }
  }
  if (nextIndex > maxCircuits) throw malformed('too many circuits');
};

/**
 * Strict inverse of `encodeServerState`: exact length, known version, everything in its bounds. Whether the
 * signature verifies and the circuits fit the parameters is the receiver's to check.
 *
 * @param bytes not modified; arrays of the result are views into it.
 * @throws ProtocolError MESSAGE_MALFORMED
 */
export const decodeServerState = (bytes: Uint8Array): ServerState => {
  if (bytes.length > maxServerStateBytes) throw malformed('too large');
  if (bytes.length < numbersBytes || readU32le(bytes, 0) !== magic) throw malformed('magic or size');
  if (readU32le(bytes, 4) !== version) throw malformed('version');
  const codeBits = readU32le(bytes, 8);
  const threshold = readU32le(bytes, 12);
  const createdAtMs = readU64le(bytes, 20);
  checkNumbers(codeBits, threshold, createdAtMs);
  const reader = createReader(bytes, numbersBytes);
  const publicSigningKey = reader.next(publicKeyBytes, publicKeyBytes);
  const deviceType = oneOf<ServerState['deviceType']>(reader.text(), deviceTypes);
  const deviceOrigin = oneOf<ServerState['deviceOrigin']>(reader.text(), deviceOrigins);
  const artifact = { family: reader.text(), version: reader.text() };
  const sealedTemplate = reader.next(1, maxSealedTemplateBytes);
  const signature = reader.next(signatureBytes, signatureBytes);
  const count = reader.number();
  if (count < 1 || count > maxBatches) throw malformed('number of batches');
  const batches = Array.from({ length: count }, () => reader.next(1, bytes.length));
  if (!reader.isAtEnd()) throw malformed('trailing bytes');
  checkBatches(batches);
  return {
    publicSigningKey,
    deviceType,
    deviceOrigin,
    artifact,
    codeBits,
    threshold,
    epoch: readU32le(bytes, 16),
    createdAtMs: Number(createdAtMs),
    sealedTemplate,
    signature,
    batches,
  };
};
