import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';
import type { CircuitRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';
import type { ConsumeOutcome } from '../ports/circuit-metadata-store.ts';

export interface ConsumeCircuitInput extends CircuitRef {
  readonly authenticationId: string;
  readonly serverNonce: Uint8Array;
}

export type ConsumedCircuit = Extract<ConsumeOutcome, { outcome: 'consumed' }>;

const REFUSALS: Record<Exclude<ConsumeOutcome['outcome'], 'consumed'>, CoreErrorCode> = {
  unknown: 'NO_SUCH_CIRCUIT_ID',
  expired: 'RESERVATION_EXPIRED',
  'consumed-before': 'REPLAY_REFUSED',
};

/**
 * Consumes a reserved circuit, once and for good: when this returns, no crash and no replica can give it out again.
 *
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID, RESERVATION_EXPIRED, REPLAY_REFUSED, STORAGE_UNAVAILABLE
 */
export const consumeCircuit = async (
  { circuits, metrics, now }: CircuitStorageDependencies,
  input: ConsumeCircuitInput,
): Promise<ConsumedCircuit> => {
  const outcome = await circuits.consume({ ...input, nowMs: now() });
  if (outcome.outcome !== 'consumed') throw new RecognizeError(REFUSALS[outcome.outcome]);
  metrics.count('consumed');
  return outcome;
};
