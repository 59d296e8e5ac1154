import { wipe } from '@openrecognize/bytes';
import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';
import { type CircuitRef, circuitIdOf } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import type { ConsumeOutcome } from '../ports/circuit-metadata-store.ts';
import { readPayload } from './read-payload.ts';

export interface ConsumeCircuitInput extends CircuitRef {
  readonly authenticationId: string;
  readonly serverNonce: Uint8Array;
}

export interface ConsumedCircuit {
  /** Belongs to the caller; its hash is that of the upload. */
  readonly payload: Uint8Array;
  readonly payloadSha256: Uint8Array;
  readonly stock: number;
  readonly nextFreeIndex: number;
}

const REFUSALS: Record<Exclude<ConsumeOutcome['outcome'], 'consumed'>, CoreErrorCode> = {
  unknown: 'NO_SUCH_CIRCUIT_ID',
  expired: 'RESERVATION_EXPIRED',
  'consumed-before': 'REPLAY_REFUSED',
};

/**
 * Payload of a circuit that is reserved. One whose object is gone or damaged becomes lost, so that the next
 * reservation of the device takes another circuit instead of meeting the same one for ever. Undefined for a circuit
 * that is finished: nothing makes that one consumable again.
 */
const payloadOfReserved = async (
  dependencies: CircuitStorageDependencies,
  { userId, deviceId, circuitIndex, authenticationId }: ConsumeCircuitInput,
  log: EventLog,
): Promise<Uint8Array | undefined> => {
  const { circuits, lookAhead, metrics, now } = dependencies;
  const ahead = await lookAhead.take(authenticationId);
  if (ahead !== undefined) return ahead;
  const circuit = { userId, deviceId, circuitIndex };
  const found = await circuits.find(circuit);
  if (found?.state !== 'reserved') return undefined;
  const payload = await readPayload(dependencies, found);
  if (payload !== undefined) return payload;
  // None is lost if another consumption was faster and its payload is deleted already: that one's replay is refused.
  if ((await circuits.markLost([circuit], now())) === 0) return undefined;
  metrics.count('lost');
  log.error({ circuitId: circuitIdOf(circuit) }, 'payload of a reserved circuit is missing or damaged');
  throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
};

/**
 * Consumes a reserved circuit, once and for good: when this returns, no crash and no replica can give it out again.
 * The payload is read before, so that a read that fails costs no circuit, and leaves only after (spec 04 ZK-17); its
 * object is deleted behind the answer.
 *
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID, RESERVATION_EXPIRED, REPLAY_REFUSED, STORAGE_UNAVAILABLE
 */
export const consumeCircuit = async (
  dependencies: CircuitStorageDependencies,
  input: ConsumeCircuitInput,
  log: EventLog,
): Promise<ConsumedCircuit> => {
  const { circuits, metrics, now, usedPayloads } = dependencies;
  const payload = await payloadOfReserved(dependencies, input, log);
  try {
    const outcome = await circuits.consume({ ...input, nowMs: now() });
    if (outcome.outcome !== 'consumed') throw new RecognizeError(REFUSALS[outcome.outcome]);
    metrics.count('consumed');
    const { payloadSha256, objectId, stock, nextFreeIndex } = outcome;
    const { userId, deviceId, circuitIndex } = input;
    usedPayloads.add({ userId, deviceId, circuitIndex, payloadSha256, objectId });
    if (payload === undefined) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
    return { payload, payloadSha256, stock, nextFreeIndex };
  } catch (error) {
    if (payload !== undefined) wipe(payload);
    throw error;
  }
};
