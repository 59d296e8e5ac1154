import { setImmediate as nextTurn } from 'node:timers/promises';
import { wipe } from '@openrecognize/bytes';
import type { CircuitReference, PayloadSource } from '../ports/payload-source.ts';
import type { CallContext } from '../ports/service-port.ts';

export interface PayloadCacheOptions {
  readonly read: (circuit: CircuitReference, call: CallContext) => Promise<Uint8Array>;
  /** Bound on what is held and on its way; 0 switches fetching ahead off. */
  readonly capacityBytes: number;
  /** Age at which a payload is given up: as long as a reservation lasts. */
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Entry {
  readonly payload: Promise<Uint8Array>;
  readonly bytes: number;
  readonly untilMs: number;
}

const keyOf = ({ userId, deviceId, circuitIndex }: CircuitReference): string =>
  `${userId}/${deviceId}/${circuitIndex}`;

const ignore = (): void => {};

/**
 * Payloads fetched ahead, each handed out once, the oldest given up first. A payload given up is wiped: it and the
 * labels of its one evaluation must not meet again.
 */
export const createPayloadCache = (options: PayloadCacheOptions): PayloadSource & { clear(): void } => {
  const { read, capacityBytes, maxAgeMs, now } = options;
  /** In order of age. */
  const entries = new Map<string, Entry>();
  let heldBytes = 0;

  const remove = (key: string, entry: Entry): void => {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    heldBytes -= entry.bytes;
  };
  const giveUp = (key: string, entry: Entry): void => {
    remove(key, entry);
    entry.payload.then((payload) => wipe(payload), ignore);
  };
  const makeRoom = (bytes: number): void => {
    for (const [key, entry] of entries) {
      if (entry.untilMs > now() && heldBytes + bytes <= capacityBytes) return;
      giveUp(key, entry);
    }
  };

  return {
    prefetch(circuit, bytes, call) {
      const key = keyOf(circuit);
      if (bytes > capacityBytes || entries.has(key)) return;
      makeRoom(bytes);
      // A turn later: the answer that names the circuit goes out first.
      const payload = nextTurn().then(() => read(circuit, call));
      const entry = { payload, bytes, untilMs: now() + maxAgeMs };
      entries.set(key, entry);
      heldBytes += bytes;
      payload.catch(() => remove(key, entry));
    },
    async take(circuit, call) {
      const key = keyOf(circuit);
      const entry = entries.get(key);
      if (entry === undefined) return read(circuit, call);
      remove(key, entry);
      // A fetch that failed ahead of its time may succeed now.
      return entry.payload.catch(() => read(circuit, call));
    },
    clear() {
      for (const [key, entry] of entries) giveUp(key, entry);
    },
  };
};
