import type { ClientStateStore } from '@openrecognize/clients/device';
import { type ClientState, readyClient } from '@openrecognize/zkb/client';
import {
  type DeviceRecord,
  type DeviceRecordStore,
  type Factor,
  type FactorRecord,
  wipeDeviceRecord,
  wipeFactorRecord,
} from './device-record.ts';
import { createSerialQueue } from './serial-queue.ts';

const copyState = (state: ClientState): ClientState => ({
  ...state,
  chainKey: state.chainKey.slice(),
  sealKey: state.sealKey.slice(),
});

/**
 * The record of one operation: read once, changed in memory and on disk together. The refill in the background and
 * the foreground write through the same one, so that neither overwrites the other (spec 08 DS-1).
 */
export interface HeldRecord {
  /** As it is now; owned by the holder, valid until the next change. */
  readonly current: DeviceRecord;
  /** Copies what it is given. @throws LocalStoreError, RecognizeError; the record then stays as it was. */
  setFactor(factor: Factor, record: FactorRecord | undefined): Promise<void>;
  setPhase(factor: Factor, phase: FactorRecord['phase']): Promise<void>;
  setPinSecret(pinSecret: Uint8Array | undefined): Promise<void>;
  setVault(vault: Uint8Array | undefined): Promise<void>;
  /** The state of a factor for a flow of the protocol: hands out copies, writes each newer state over it. */
  stateStore(factor: Factor): ClientStateStore;
  /** Forgets the record on disk, and in memory. */
  clear(): Promise<void>;
  /** Erases the copy in memory. */
  wipe(): void;
}

type Change = { readonly [Key in keyof DeviceRecord]?: DeviceRecord[Key] | undefined };

const merge = (record: DeviceRecord, change: Change): DeviceRecord =>
  Object.fromEntries(
    Object.entries({ ...record, ...change }).filter(([, value]) => value !== undefined),
  ) as DeviceRecord;

/** @param record taken over: the holder erases it. */
export const holdRecord = (records: DeviceRecordStore, record: DeviceRecord): HeldRecord => {
  const queue = createSerialQueue();
  let current = record;

  /** What changes is worked out in its turn, from what the changes before it left. */
  const change = (changeOf: (record: DeviceRecord) => Change): Promise<void> =>
    queue.run(async () => {
      const next = merge(current, changeOf(current));
      await records.save(next);
      current = next;
    });

  const changeFactor = (
    factor: Factor,
    changeOf: (record: FactorRecord | undefined) => FactorRecord | undefined,
  ): Promise<void> =>
    queue.run(async () => {
      const before = current[factor];
      const changed = changeOf(before);
      const owned = changed && {
        ...changed,
        state: copyState(changed.state),
        privateKey: changed.privateKey.slice(),
      };
      const next = merge(current, { [factor]: owned });
      try {
        await records.save(next);
      } catch (error) {
        if (owned) wipeFactorRecord(owned);
        throw error;
      }
      current = next;
      if (before) wipeFactorRecord(before);
    });

  return {
    get current() {
      return current;
    },
    setFactor: (factor, changed) => changeFactor(factor, () => changed),
    setPhase: (factor, phase) => changeFactor(factor, (before) => before && { ...before, phase }),
    setPinSecret: (pinSecret) => change(() => ({ pinSecret: pinSecret?.slice() })),
    setVault: (vault) => change(() => ({ vault })),
    stateStore: (factor) => ({
      load: () => readyClient(copyState(current[factor]!.state)),
      save: ({ state }) => changeFactor(factor, (before) => before && { ...before, state }),
    }),
    clear: () =>
      queue.run(async () => {
        await records.clear();
        wipeDeviceRecord(current);
        current = {};
      }),
    wipe: () => wipeDeviceRecord(current),
  };
};
