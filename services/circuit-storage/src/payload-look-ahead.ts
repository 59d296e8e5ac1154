import { setImmediate as nextTurn } from 'node:timers/promises';
import { wipe } from '@openrecognize/bytes';

/** A reservation whose payload will be asked for soon. */
export interface ExpectedPayload {
  readonly authenticationId: string;
  readonly payloadBytes: number;
  readonly leaseExpiresAtMs: number;
  /** Yields the payload, owned by the caller, or undefined if there is none. */
  readonly read: () => Promise<Uint8Array | undefined>;
}

/** Payloads of open reservations, read before they are asked for. */
export interface PayloadLookAhead {
  /** Begins to read a turn later, so that the answer that names the circuit goes out first. */
  expect(payload: ExpectedPayload): void;
  /** The payload of a reservation, once, owned by the caller; undefined if it is not here or could not be read. */
  take(authenticationId: string): Promise<Uint8Array | undefined>;
  clear(): void;
}

export interface PayloadLookAheadOptions {
  /** Bound on what is held and on its way; 0 switches looking ahead off. */
  readonly capacityBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Entry {
  /** Settles to undefined when the read failed. */
  readonly payload: Promise<Uint8Array | undefined>;
  readonly payloadBytes: number;
  readonly untilMs: number;
}

/** The oldest payload is given up first. One given up is wiped: it must not outlive its reservation. */
export const createPayloadLookAhead = ({ capacityBytes, now }: PayloadLookAheadOptions): PayloadLookAhead => {
  /** In order of age. */
  const entries = new Map<string, Entry>();
  let heldBytes = 0;

  const remove = (authenticationId: string, entry: Entry): void => {
    if (entries.get(authenticationId) !== entry) return;
    entries.delete(authenticationId);
    heldBytes -= entry.payloadBytes;
  };
  const giveUp = (authenticationId: string, entry: Entry): void => {
    remove(authenticationId, entry);
    void entry.payload.then((payload) => payload && wipe(payload));
  };
  const makeRoom = (bytes: number): void => {
    for (const [authenticationId, entry] of entries) {
      if (entry.untilMs > now() && heldBytes + bytes <= capacityBytes) return;
      giveUp(authenticationId, entry);
    }
  };

  return {
    expect({ authenticationId, payloadBytes, leaseExpiresAtMs, read }) {
      if (payloadBytes > capacityBytes || entries.has(authenticationId)) return;
      makeRoom(payloadBytes);
      const payload = nextTurn()
        .then(read)
        .catch(() => {
          // Whoever asks for it reads again, and reports what is wrong.
          remove(authenticationId, entry);
          return undefined;
        });
      const entry: Entry = { payload, payloadBytes, untilMs: leaseExpiresAtMs };
      entries.set(authenticationId, entry);
      heldBytes += payloadBytes;
    },
    async take(authenticationId) {
      const entry = entries.get(authenticationId);
      if (entry === undefined) return undefined;
      remove(authenticationId, entry);
      return entry.payload;
    },
    clear() {
      for (const [authenticationId, entry] of entries) giveUp(authenticationId, entry);
    },
  };
};
