import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { CircuitRef, DeviceRef } from '../../src/circuit-ref.ts';
import type {
  CircuitMetadataStore,
  ConsumeOutcome,
  NewCircuit,
  ReserveOutcome,
  StoreOutcome,
} from '../../src/ports/circuit-metadata-store.ts';
import type { circuitFixtures } from './circuit-fixtures.ts';

export interface MetadataStoreUnderTest {
  readonly store: CircuitMetadataStore;
  close(): Promise<void>;
}

/** Gives a store that other suites may use at the same time: every test has a device of its own. */
export type OpenMetadataStore = () => Promise<MetadataStoreUnderTest>;

export const NOW_MS = 1_770_000_000_000;
export const LEASE_MS = 30_000;

export type Reserved = Extract<ReserveOutcome, { outcome: 'reserved' }>;

export interface ReserveOptions {
  readonly nonce?: Uint8Array;
  readonly nowMs?: number;
  readonly leaseMs?: number;
}

/** The store under test, the device of the running test, and the port's methods for that device. */
export interface MetadataStoreContext {
  readonly store: CircuitMetadataStore;
  device: DeviceRef;
  put(circuits: readonly NewCircuit[], maxUnfinished?: number): Promise<StoreOutcome>;
  reserve(nextIndex: number, options?: ReserveOptions): Promise<ReserveOutcome>;
  /** A reservation that must succeed. */
  reserved(nextIndex: number, options?: ReserveOptions): Promise<Reserved>;
  consume(reservation: Reserved, nowMs?: number): Promise<ConsumeOutcome>;
  stock(nowMs?: number): Promise<number>;
  refOf(circuitIndex: number): CircuitRef;
}

/** Call it inside a `describe`. */
export const useMetadataStore = (
  open: OpenMetadataStore,
  { bytes, uuid, device }: ReturnType<typeof circuitFixtures>,
): MetadataStoreContext => {
  let opened: MetadataStoreUnderTest;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    context.device = device();
  });
  const context: MetadataStoreContext = {
    get store() {
      return opened.store;
    },
    device: device(),
    put: (circuits, maxUnfinished = 100) =>
      opened.store.storeCircuits(context.device, circuits, { nowMs: NOW_MS, maxUnfinished }),
    reserve(nextIndex, { nonce = bytes(16), nowMs = NOW_MS, leaseMs = LEASE_MS } = {}) {
      return opened.store.reserve({
        device: context.device,
        nextIndex,
        requestNonce: nonce,
        authenticationId: uuid(),
        serverNonce: bytes(32),
        nowMs,
        leaseExpiresAtMs: nowMs + leaseMs,
      });
    },
    async reserved(nextIndex, options) {
      const outcome = await context.reserve(nextIndex, options);
      if (outcome.outcome !== 'reserved') throw new Error(`not reserved but ${outcome.outcome}`);
      return outcome;
    },
    consume: (reservation, nowMs = NOW_MS) =>
      opened.store.consume({ ...context.device, ...reservation, nowMs }),
    stock: async (nowMs = NOW_MS) => (await opened.store.stockOf(context.device, nowMs)).stock,
    refOf: (circuitIndex) => ({ ...context.device, circuitIndex }),
  };
  return context;
};
