import { bytesToUtf8, concatBytes, utf8ToBytes, wipe } from '@openrecognize/bytes';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import {
  type ClientState,
  decodeClientState,
  encodeClientState,
  wipeClientState,
} from '@openrecognize/zkb/client';
import { LocalStoreError } from './local-store-error.ts';
import type { SecureStorePort } from './ports/secure-store-port.ts';

/** All that the SDK keeps on the device. Secret. */
export interface DeviceRecord {
  /** `open`: the commit of the enrollment was sent and no answer is known yet. */
  readonly phase: 'open' | 'committed';
  readonly enrollmentId: string;
  readonly state: ClientState;
  /** PKCS #8 DER. */
  readonly privateKey: Uint8Array;
}

export const wipeDeviceRecord = (record: DeviceRecord): void => {
  wipeClientState(record.state);
  wipe(record.privateKey);
};

const phases = ['open', 'committed'] as const;
/** "ORDR", version 1. */
const prefix = Uint8Array.of(0x4f, 0x52, 0x44, 0x52, 1);
const enrollmentIdBytes = 36;
const headerBytes = prefix.length + 1 + enrollmentIdBytes;

const encodeRecord = (record: DeviceRecord): Uint8Array => {
  const portable = encodeClientState(record);
  try {
    const phase = Uint8Array.of(phases.indexOf(record.phase));
    return concatBytes(prefix, phase, utf8ToBytes(record.enrollmentId), portable);
  } finally {
    wipe(portable);
  }
};

const decodeRecord = (bytes: Uint8Array): DeviceRecord => {
  const phase = phases[bytes[prefix.length] ?? -1];
  const isKnown = bytes.length > headerBytes && prefix.every((byte, i) => bytes[i] === byte);
  if (!isKnown || !phase) throw new RecognizeError('STORE_CORRUPT');
  try {
    const enrollmentId = bytesToUtf8(bytes.subarray(prefix.length + 1, headerBytes));
    return { phase, enrollmentId, ...decodeClientState(bytes.subarray(headerBytes)) };
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
