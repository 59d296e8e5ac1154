import { RecognizeError } from '@openrecognize/contracts';
import type { DeviceRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies } from '../dependencies.ts';
import type { ReserveOutcome } from '../ports/circuit-metadata-store.ts';
import { randomUuid } from '../random-uuid.ts';

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
 * longer than `maxLeaseSeconds` is cut to it.
 *
 * @throws RecognizeError NOT_ENOUGH_CIRCUITS, REPLAY_REFUSED, STORAGE_UNAVAILABLE
 */
export const reserveCircuit = async (
  { circuits, metrics, now, randomBytes }: CircuitStorageDependencies,
  input: ReserveCircuitInput,
  maxLeaseSeconds: number,
): Promise<Reservation> => {
  const nowMs = now();
  const outcome = await circuits.reserve({
    device: { userId: input.userId, deviceId: input.deviceId },
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
  return outcome;
};
