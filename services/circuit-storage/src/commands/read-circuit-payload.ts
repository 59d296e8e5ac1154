import { RecognizeError } from '@openrecognize/contracts';
import { type CircuitRef, circuitIdOf, objectKeyOf } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import type { FoundCircuit } from '../ports/circuit-metadata-store.ts';

const isReadable = (circuit: FoundCircuit | undefined): circuit is FoundCircuit =>
  circuit?.hasPayload === true && (circuit.state === 'reserved' || circuit.state === 'consumed');

/**
 * Payload of a circuit that is reserved or consumed. One whose object is gone or cut short becomes lost, so that the
 * next reservation of the device takes another circuit instead of meeting the same one for ever.
 *
 * @throws RecognizeError NO_SUCH_CIRCUIT_ID, STORAGE_UNAVAILABLE
 */
export const readCircuitPayload = async (
  { circuits, objects, metrics, now }: CircuitStorageDependencies,
  input: CircuitRef,
  log: EventLog,
): Promise<Uint8Array> => {
  const found = await circuits.find(input);
  if (!isReadable(found)) throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
  let payload: Uint8Array | undefined;
  try {
    payload = await objects.get(objectKeyOf(found));
  } catch (error) {
    throw new RecognizeError('STORAGE_UNAVAILABLE', { cause: error });
  }
  if (payload?.length === found.payloadBytes) {
    metrics.payloadBytes('read', payload.length);
    return payload;
  }
  // A deletion that ran meanwhile took a consumed circuit's payload: nothing is wrong then.
  if ((await circuits.markLost([input], now())) > 0) {
    metrics.count('lost');
    log.error({ circuitId: circuitIdOf(input) }, 'payload of a reserved circuit is missing or cut short');
  }
  throw new RecognizeError('NO_SUCH_CIRCUIT_ID');
};
