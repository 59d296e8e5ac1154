import type { CallContext } from './service-port.ts';

/** Names one circuit. */
export interface CircuitReference {
  readonly userId: string;
  readonly deviceId: string;
  readonly circuitIndex: number;
}

/** Circuit payloads, possibly fetched ahead. */
export interface PayloadSource {
  /** Begins to fetch a payload that will be taken soon. Does nothing when it is on its way already. */
  prefetch(circuit: CircuitReference, payloadBytes: number, call: CallContext): void;
  /**
   * The payload, which belongs to the caller from now on; its hash is unchecked.
   *
   * @throws RecognizeError NO_SUCH_CIRCUIT_ID, STORAGE_UNAVAILABLE, SERVICE_UNAVAILABLE, SERVICE_TIMEOUT
   */
  take(circuit: CircuitReference, call: CallContext): Promise<Uint8Array>;
}
