import type { CircuitRef, DeviceRef, PayloadRef } from '../circuit-ref.ts';
import type { StoredCircuit, UploadConflict } from '../upload-rules.ts';

/** ready -> reserved -> consumed; skipped and lost end the life of a circuit as well. */
export type CircuitState = 'ready' | 'reserved' | 'consumed' | 'skipped' | 'lost';

export interface NewCircuit {
  readonly circuitIndex: number;
  readonly payloadSha256: Uint8Array;
  readonly payloadBytes: number;
  readonly objectId: Uint8Array;
}

/** What of a device bears on an upload. */
export interface UploadState {
  readonly nextFreeIndex: number;
  /** Ready and reserved circuits. */
  readonly unfinished: number;
  readonly deviceDeleted: boolean;
  /** The rows that exist at the asked indices. */
  readonly existing: readonly StoredCircuit[];
}

export type StoreOutcome =
  | {
      readonly outcome: 'stored';
      /** Indices whose row is new; the others were stored before, by another object. */
      readonly inserted: readonly number[];
      readonly stock: number;
    }
  | { readonly outcome: 'conflict'; readonly conflict: UploadConflict };

export interface Stock {
  /** Ready circuits, those whose lease ran out included. */
  readonly stock: number;
  readonly nextFreeIndex: number;
  /** Circuits the device ever stored. */
  readonly shared: number;
  /** Those of them that belong to its enrollment. */
  readonly enrollment: number;
}

/** Devices by how many ready circuits they have left; each device is in one class. */
export interface StockSummary {
  readonly readyCircuits: number;
  /** Devices with as many as the low-water mark or more. */
  readonly sufficient: number;
  /** Devices below the mark that have at least one. */
  readonly low: number;
  /** Devices that cannot authenticate until they send circuits. */
  readonly empty: number;
}

export interface ReservationRequest {
  readonly device: DeviceRef;
  readonly nextIndex: number;
  /** 16 bytes. */
  readonly requestNonce: Uint8Array;
  /** UUID, unique. */
  readonly authenticationId: string;
  /** 32 random bytes. */
  readonly serverNonce: Uint8Array;
  readonly nowMs: number;
  readonly leaseExpiresAtMs: number;
}

export type ReserveOutcome =
  | {
      readonly outcome: 'reserved';
      readonly authenticationId: string;
      readonly circuitIndex: number;
      readonly serverNonce: Uint8Array;
      readonly payloadSha256: Uint8Array;
      readonly objectId: Uint8Array;
      readonly payloadBytes: number;
      readonly leaseExpiresAtMs: number;
      /** Ready circuits left at or above `nextIndex`. */
      readonly stock: number;
      /** The answer to an earlier request with the same nonce. */
      readonly repeated: boolean;
      /** The circuit had been reserved before, and that lease ran out. */
      readonly leaseTakenOver: boolean;
      /** Circuits below `nextIndex` that were given up in passing. */
      readonly skipped: number;
    }
  | { readonly outcome: 'nonce-spent' }
  | { readonly outcome: 'none-ready'; readonly skipped: number };

export interface ConsumeRequest extends CircuitRef {
  readonly authenticationId: string;
  readonly serverNonce: Uint8Array;
  readonly nowMs: number;
}

export type ConsumeOutcome =
  | {
      readonly outcome: 'consumed';
      readonly payloadSha256: Uint8Array;
      readonly objectId: Uint8Array;
      /** Ready circuits above the consumed one. */
      readonly stock: number;
      readonly nextFreeIndex: number;
    }
  | { readonly outcome: 'unknown' | 'expired' | 'consumed-before' };

export interface FoundCircuit extends PayloadRef {
  readonly state: CircuitState;
  readonly payloadBytes: number;
  readonly hasPayload: boolean;
}

export interface PurgeCounts {
  readonly circuits: number;
  readonly devices: number;
  readonly nonces: number;
}

/** Devices in the order of an opaque cursor, each with its ready and reserved circuits. */
export interface LivePage {
  readonly devices: readonly { readonly device: DeviceRef; readonly circuits: readonly PayloadRef[] }[];
  /** Undefined after the last page. */
  readonly next?: string;
}

export interface DeleteDeviceOptions {
  /**
   * Forget the device where none of its circuits was ever reserved: it may then store the same ones again. No label of
   * them has left the client, so nothing can be learnt from a second use. False by default.
   */
  readonly forgetUnused?: boolean;
}

/**
 * Circuits of devices. Every method is atomic on its own, also against other processes; `nowMs` is the caller's clock.
 * Rejects with `RecognizeError` STORAGE_UNAVAILABLE while the store cannot be reached.
 */
export interface CircuitMetadataStore {
  /** All or nothing, after the rules of `judgeUpload`. `circuits` ascend by index. */
  storeCircuits(
    device: DeviceRef,
    circuits: readonly NewCircuit[],
    limit: {
      readonly maxUnfinished: number;
      readonly nowMs: number;
      /** Part of an enrollment that is not committed; false by default. */
      readonly enrolling?: boolean;
    },
  ): Promise<StoreOutcome>;
  stockOf(device: DeviceRef, nowMs: number): Promise<Stock>;
  /** Over all devices that are not deleted. `lowWaterMark` is 1 or more. */
  summarizeStock(lowWaterMark: number, nowMs: number): Promise<StockSummary>;
  /**
   * Reserves the lowest circuit at or above `nextIndex` that is ready or whose lease ran out. Ready circuits below it
   * become skipped. The nonce of an open reservation yields that reservation; of any other one, refusal.
   */
  reserve(request: ReservationRequest): Promise<ReserveOutcome>;
  /** Durable when it resolves: no crash brings a consumed circuit back. */
  consume(request: ConsumeRequest): Promise<ConsumeOutcome>;
  /** reserved -> ready, as if it had never been asked for; false if there is no such reservation. */
  release(authenticationId: string): Promise<boolean>;
  find(circuit: CircuitRef): Promise<FoundCircuit | undefined>;
  /** Notes that the objects of finished circuits are deleted. */
  markPayloadsDeleted(circuits: readonly CircuitRef[]): Promise<void>;
  /** Ready and reserved circuits become lost; returns how many of `circuits` did. */
  markLost(circuits: readonly CircuitRef[], nowMs: number): Promise<number>;
  /** Deletes all rows of the device; its key stays refused for uploads until it is purged. Returns the rows' number. */
  deleteDevice(device: DeviceRef, nowMs: number, options?: DeleteDeviceOptions): Promise<number>;

  /** Finished circuits, oldest first, whose payload is not yet deleted. */
  finishedPayloads(finishedBeforeMs: number, limit: number): Promise<readonly PayloadRef[]>;
  /** Removes at most `limit` of each: tombstones without payload, deleted devices, spent nonces, all older than that. */
  purge(olderThanMs: number, limit: number): Promise<PurgeCounts>;
  /** Which of `payloads` no row with a payload stands for; in the order given. */
  withoutRow(payloads: readonly PayloadRef[]): Promise<readonly PayloadRef[]>;
  /** At most `limit` devices a page; the first one without a cursor. */
  livePage(cursor: string | undefined, limit: number): Promise<LivePage>;
  /** Runs `job` unless any process is running the job of that name; says whether it ran. */
  runExclusively(job: string, run: () => Promise<void>): Promise<boolean>;
  /** Rejects while the store cannot be used. */
  probe(): Promise<void>;
}
