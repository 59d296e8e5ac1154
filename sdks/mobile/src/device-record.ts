import { bytesToUtf8, concatBytes, readU32le, u32le, utf8ToBytes, wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import {
  type ClientState,
  decodeClientState,
  encodeClientState,
  wipeClientState,
} from '@openrecognize/zkb/client';
import { LocalStoreError } from './local-store-error.ts';
import type { SecureStorePort } from './ports/secure-store-port.ts';

/** What a person shows to be recognised. */
export type Factor = 'face' | 'pin';
export const factors: readonly Factor[] = ['face', 'pin'];

/** The client party of one factor (spec 08 §2). Secret. */
export interface FactorRecord {
  /**
   * `open`: the commit of the enrollment was sent and no answer is known yet. `activating`: a client state that was
   * answered with but never matched here.
   */
  readonly phase: 'open' | 'committed' | 'activating';
  /** Empty for a device that was activated by a client state. */
  readonly enrollmentId: string;
  readonly state: ClientState;
  /** PKCS #8 DER. */
  readonly privateKey: Uint8Array;
}

/** All that the SDK keeps on the device. Secret. */
export interface DeviceRecord {
  readonly face?: FactorRecord;
  readonly pin?: FactorRecord;
  /** Stretches the PIN together with it (spec 08 DS-3), 32 bytes; there with a PIN. */
  readonly pinSecret?: Uint8Array;
  /** Encoded secrets vault, sealed. */
  readonly vault?: Uint8Array;
}

export const wipeFactorRecord = ({ state, privateKey }: FactorRecord): void => {
  wipeClientState(state);
  wipe(privateKey);
};

export const wipeDeviceRecord = (record: DeviceRecord): void => {
  for (const factor of factors) if (record[factor]) wipeFactorRecord(record[factor]);
  if (record.pinSecret) wipe(record.pinSecret);
};

const phases = ['open', 'committed', 'activating'] as const;
/** "ORDR". */
const magic = Uint8Array.of(0x4f, 0x52, 0x44, 0x52);
const enrollmentIdBytes = 36;
const none = new Uint8Array(0);

const encodeFactor = (factor: FactorRecord | undefined): Uint8Array => {
  if (!factor) return none;
  const portable = encodeClientState(factor);
  try {
    const phase = Uint8Array.of(phases.indexOf(factor.phase));
    return concatBytes(phase, utf8ToBytes(factor.enrollmentId.padEnd(enrollmentIdBytes)), portable);
  } finally {
    wipe(portable);
  }
};

const decodeFactor = (bytes: Uint8Array): FactorRecord => {
  const phase = phases[bytes[0] ?? -1];
  if (!phase) throw new RecognizeError('STORE_CORRUPT');
  const enrollmentId = bytesToUtf8(bytes.subarray(1, 1 + enrollmentIdBytes)).trimEnd();
  return { phase, enrollmentId, ...decodeClientState(bytes.subarray(1 + enrollmentIdBytes)) };
};

const encodeRecord = ({ face, pin, pinSecret = none, vault = none }: DeviceRecord): Uint8Array => {
  const parts = [encodeFactor(face), encodeFactor(pin), pinSecret, vault];
  try {
    return concatBytes(magic, Uint8Array.of(2), ...parts.flatMap((part) => [u32le(part.length), part]));
  } finally {
    wipe(...parts.slice(0, 2));
  }
};

const readFields = (bytes: Uint8Array, start: number, count: number): readonly Uint8Array[] => {
  let at = start;
  const fields = Array.from({ length: count }, () => {
    const end = at + 4 <= bytes.length ? at + 4 + readU32le(bytes, at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new RecognizeError('STORE_CORRUPT');
    const field = bytes.slice(at + 4, end);
    at = end;
    return field;
  });
  if (at !== bytes.length) throw new RecognizeError('STORE_CORRUPT');
  return fields;
};

const decodeFields = (bytes: Uint8Array): DeviceRecord => {
  const [face = none, pin = none, pinSecret = none, vault = none] = readFields(bytes, magic.length + 1, 4);
  const record = {
    ...(face.length === 0 ? {} : { face: decodeFactor(face) }),
    ...(pin.length === 0 ? {} : { pin: decodeFactor(pin) }),
    ...(pinSecret.length === 0 ? {} : { pinSecret }),
    ...(vault.length === 0 ? {} : { vault }),
  };
  wipe(face, pin);
  return record;
};

const decodeRecord = (bytes: Uint8Array): DeviceRecord => {
  const isOurs = magic.every((byte, i) => bytes[i] === byte);
  const version = bytes[magic.length];
  if (!isOurs || (version !== 1 && version !== 2)) throw new RecognizeError('STORE_CORRUPT');
  try {
    // Version 1 knew the face alone.
    return version === 1 ? { face: decodeFactor(bytes.subarray(magic.length + 1)) } : decodeFields(bytes);
  } catch (cause) {
    throw new RecognizeError('STORE_CORRUPT', { cause });
  }
};

/** The one place that turns the record into stored bytes and back. */
export interface DeviceRecordStore {
  /** @returns a copy owned by the caller, who wipes it. */
  load(): Promise<DeviceRecord | undefined>;
  save(record: DeviceRecord): Promise<void>;
  clear(): Promise<void>;
}

const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
  try {
    return await action();
  } catch (error) {
    if (isRecognizeError(error)) throw error;
    throw new LocalStoreError('The local store cannot be read or written.', { cause: error });
  }
};

/**
 * Record store on a secure store port.
 *
 * @throws RecognizeError STORE_CORRUPT, STORE_LOCKED; LocalStoreError for what the platform reports.
 */
export const createDeviceRecordStore = (store: SecureStorePort): DeviceRecordStore => ({
  load: async () => {
    const bytes = await guarded(() => store.read());
    if (!bytes) return undefined;
    try {
      return decodeRecord(bytes);
    } finally {
      wipe(bytes);
    }
  },
  save: async (record) => {
    const bytes = encodeRecord(record);
    try {
      await guarded(() => store.write(bytes));
    } finally {
      wipe(bytes);
    }
  },
  clear: () => guarded(() => store.clear()),
});
