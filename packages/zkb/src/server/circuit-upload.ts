import type { CircuitBatch } from '../messages/circuit-batch.ts';
import { decodeCircuitBatch, encodeCircuitBatch } from '../messages/circuit-batch.ts';
import { ProtocolError } from '../protocol-error.ts';

/** Reads n and T out of a payload; `decodeCircuitPayload` of garbled-circuits in production. */
export type PayloadInspector = (payload: Uint8Array) => { readonly n: number; readonly threshold: number };

/** An upload split by who may see what (spec 04 ZK-10). */
export interface CheckedUpload {
  readonly batch: CircuitBatch;
  /** For the vault. */
  readonly tokens: readonly { readonly circuitIndex: number; readonly tokenHash: Uint8Array }[];
  /** For the storage: the same circuits without their tokens, encoded. */
  readonly storageBatch: Uint8Array;
}

/**
 * Checks a client's circuit batch against the parameters its device enrolled with and splits it.
 *
 * @throws ProtocolError MESSAGE_MALFORMED, PAYLOAD_PARAMETERS_MISMATCH
 */
export const checkUpload = (
  bytes: Uint8Array,
  expected: { readonly codeBits: number; readonly threshold: number },
  inspect: PayloadInspector,
): CheckedUpload => {
  const batch = decodeCircuitBatch(bytes);
  const tokens = batch.circuits.map(({ circuitIndex, tokenHash, payload }) => {
    if (!tokenHash) throw new ProtocolError('MESSAGE_MALFORMED', 'circuit batch without match tokens');
    const { n, threshold } = inspect(payload);
    if (n !== expected.codeBits || threshold !== expected.threshold) {
      throw new ProtocolError('PAYLOAD_PARAMETERS_MISMATCH', 'circuit of other parameters than enrolled');
    }
    return { circuitIndex, tokenHash };
  });
  const storageBatch = encodeCircuitBatch({
    circuits: batch.circuits.map(({ circuitIndex, payload }) => ({ circuitIndex, payload })),
  });
  return { batch, tokens, storageBatch };
};
