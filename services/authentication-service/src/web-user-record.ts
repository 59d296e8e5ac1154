import { concatBytes, readU32le, readU64le, u32le, u64le, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';

/** A client state that left, kept sealed under the caller's key for a repetition of the same request. */
export interface ExportedState {
  /** SHA-256 of what the caller asked for, its wrapped key included. */
  readonly requestSha256: Uint8Array;
  readonly expiresAtMs: number;
  /** Exactly what was answered. */
  readonly answer: Uint8Array;
}

/** What this service keeps for one web user. Secret; wrapped before it is stored. */
export interface WebUserRecord {
  /** Encoded client state (spec 04 §4.4) with which this service authenticates the user. */
  readonly device: Uint8Array;
  /** Client states ever made for the user to take away. */
  readonly generatedBackups: number;
  /** Encoded client state of a backup device that waits to be exported. */
  readonly backup?: Uint8Array;
  readonly lastExport?: ExportedState;
  /** Sealed seed entropy: opens only beside the template, which the backend releases after a match. */
  readonly sealedSeed?: Uint8Array;
}

const magic = 0x5557_524f; // "ORWU", little-endian
const clientStateMagic = 0x5343_4b5a; // "ZKCS"
const version = 2;
const headBytes = 12;
const sha256Bytes = 32;
const none = new Uint8Array(0);

const field = (bytes: Uint8Array): Uint8Array => concatBytes(u32le(bytes.length), bytes);

/**
 * Binary form: the client state itself for a user who never had a backup or seed entropy. Otherwise magic `ORWU`,
 * version and count of backups (u32 each), then five fields, each as length (u32) and bytes, empty when absent: device,
 * backup, SHA-256 of the last export's request with its expiry (u64, milliseconds), the last export's answer, sealed
 * seed entropy. Version 1 lacks the last field.
 *
 * @returns bytes the caller wipes.
 */
export const encodeWebUserRecord = (record: WebUserRecord): Uint8Array => {
  const { device, generatedBackups, backup, lastExport, sealedSeed } = record;
  if (generatedBackups === 0 && sealedSeed === undefined) return device.slice();
  const request = lastExport && concatBytes(lastExport.requestSha256, u64le(lastExport.expiresAtMs));
  return concatBytes(
    u32le(magic),
    u32le(version),
    u32le(generatedBackups),
    field(device),
    field(backup ?? none),
    field(request ?? none),
    field(lastExport?.answer ?? none),
    field(sealedSeed ?? none),
  );
};

const malformed = () =>
  new RecognizeError('CLIENT_STATE_INVALID', {
    cause: new Error('stored record of a web user is malformed'),
  });

const readFields = (bytes: Uint8Array, count: number): readonly Uint8Array[] => {
  const fields: Uint8Array[] = [];
  let at = headBytes;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw malformed();
    const end = at + 4 + readU32le(bytes, at);
    if (end > bytes.length) throw malformed();
    fields.push(bytes.slice(at + 4, end));
    at = end;
  }
  if (fields.length !== count) throw malformed();
  return fields;
};

const exportOf = (request: Uint8Array, answer: Uint8Array): Pick<WebUserRecord, 'lastExport'> => {
  if (request.length === 0) return {};
  if (request.length !== sha256Bytes + 8) throw malformed();
  const expiresAtMs = Number(readU64le(request, sha256Bytes));
  return { lastExport: { requestSha256: request.slice(0, sha256Bytes), expiresAtMs, answer } };
};

/**
 * Strict inverse of `encodeWebUserRecord`; the result owns its bytes.
 *
 * @throws RecognizeError CLIENT_STATE_INVALID
 */
export const decodeWebUserRecord = (bytes: Uint8Array): WebUserRecord => {
  if (bytes.length < headBytes) throw malformed();
  if (readU32le(bytes, 0) === clientStateMagic) return { device: bytes.slice(), generatedBackups: 0 };
  const storedVersion = readU32le(bytes, 4);
  if (readU32le(bytes, 0) !== magic || storedVersion < 1 || storedVersion > version) throw malformed();
  const [device, backup, request, answer, seed = none] = readFields(bytes, storedVersion + 3) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array?,
  ];
  return {
    device,
    generatedBackups: readU32le(bytes, 8),
    ...(backup.length === 0 ? {} : { backup }),
    ...exportOf(request, answer),
    ...(seed.length === 0 ? {} : { sealedSeed: seed }),
  };
};

/** Erases the secrets of a record that is no longer needed. */
export const wipeWebUserRecord = ({ device, backup }: WebUserRecord): void =>
  wipe(device, ...(backup ? [backup] : []));
