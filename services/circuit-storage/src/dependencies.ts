import type { CircuitMetrics } from './circuit-metrics.ts';
import type { UsedPayloads } from './jobs/used-payloads.ts';
import type { PayloadLookAhead } from './payload-look-ahead.ts';
import type { CircuitMetadataStore } from './ports/circuit-metadata-store.ts';
import type { ObjectStore } from './ports/object-store.ts';

/** The part of a logger that commands and jobs use. */
export interface EventLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** What commands and jobs work with; time and randomness come in here as well. */
export interface CircuitStorageDependencies {
  readonly circuits: CircuitMetadataStore;
  readonly objects: ObjectStore;
  readonly metrics: CircuitMetrics;
  readonly lookAhead: PayloadLookAhead;
  readonly usedPayloads: UsedPayloads;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Cryptographically secure. */
  readonly randomBytes: (length: number) => Uint8Array;
}
