import { RecognizeError } from '@openrecognize/contracts';
import type { DeviceRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';
import type { ReserveOutcome } from '../ports/circuit-metadata-store.ts';
import { randomUuid } from '../random-uuid.ts';
import { readPayload } from './read-payload.ts';

export interface ReserveCircuitInput extends DeviceRef {
  readonly nextIndex: number;
  /** 16 bytes. */
  readonly requestNonce: Uint8Array;
  readonly leaseSeconds: number;
}

export type Reservation = Extract<ReserveOutcome, { outcome: 'reserved' }>;

const SERVER_NONCE_BYTES = 32;

/**
 * Reserves the lowest ready circuit the device may still use (spec 04: circuits are used in ascending order). A lease
 * longer than `maxLeaseSeconds` is cut to it. The payload is read ahead, for the consumption that follows.
 *
 * @throws RecognizeError NOT_ENOUGH_CIRCUITS, REPLAY_REFUSED, STORAGE_UNAVAILABLE
 */
export const reserveCircuit = async (
  dependencies: CircuitStorageDependencies,
  input: ReserveCircuitInput,
  maxLeaseSeconds: number,
): Promise<Reservation> => {
  const { circuits, metrics, now, randomBytes, lookAhead } = dependencies;
  const device = { userId: input.userId, deviceId: input.deviceId };
  const nowMs = now();
  const outcome = await circuits.reserve({
    device,
    nextIndex: input.nextIndex,
    requestNonce: input.requestNonce,
    authenticationId: randomUuid(randomBytes),
    serverNonce: randomBytes(SERVER_NONCE_BYTES),
    nowMs,
    leaseExpiresAtMs: nowMs + 1000 * Math.min(input.leaseSeconds, maxLeaseSeconds),
  });
  if (outcome.outcome === 'nonce-spent') throw new RecognizeError('REPLAY_REFUSED');
  metrics.count('skipped', outcome.skipped);
  if (outcome.outcome === 'none-ready') throw new RecognizeError('NOT_ENOUGH_CIRCUITS');
  if (!outcome.repeated) metrics.count('reserved');
  if (outcome.leaseTakenOver) metrics.count('lease_taken_over');
  const { authenticationId, payloadBytes, leaseExpiresAtMs } = outcome;
  const read = () => readPayload(dependencies, { ...device, ...outcome });
  lookAhead.expect({ authenticationId, payloadBytes, leaseExpiresAtMs, read });
  return outcome;
};
