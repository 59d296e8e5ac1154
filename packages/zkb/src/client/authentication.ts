import { wipe } from '@openrecognize/bytes';
import {
  type AuthenticationIntent,
  type ReservationReference,
  userAuthenticationSigningInput,
} from '../messages/signing-inputs.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { CryptoSuite } from '../suite/crypto-suite.ts';
import { type ClientState, type ReadyClient, readyClient } from './client-state.ts';
import { selectCodeLabels } from './code-labels.ts';
import { advanceChainKey, deriveCircuitInputs, nextChainKey, wipeCircuitInputs } from './ratchet.ts';
import { openBlob } from './sealed-blob.ts';

/** A reservation this client agreed to answer. */
export interface ReservedClient {
  readonly phase: 'reserved';
  readonly state: ClientState;
  readonly reservation: ReservationReference;
}

/** Step 2, ready to be signed and sent, and the state to persist BEFORE it is sent. */
export interface AnsweredReservation {
  readonly phase: 'answered';
  /** Its index lies behind the answered circuit (spec 04 ZK-3). */
  readonly advanced: ReadyClient;
  readonly labels: Uint8Array;
  readonly signingInput: Uint8Array;
}

/**
 * Accepts the circuit the server reserved.
 *
 * @throws ProtocolError INDEX_ALREADY_USED for an index this client has left behind (ZK-3: labels of one circuit
 * are revealed once), INDEX_NEVER_GARBLED for one it never made.
 */
export const acceptReservation = (client: ReadyClient, reservation: ReservationReference): ReservedClient => {
  const { state } = client;
  if (reservation.circuitIndex < state.nextIndex) {
    throw new ProtocolError('INDEX_ALREADY_USED', 'the server offered a circuit that was answered before');
  }
  if (reservation.circuitIndex >= state.garbledTo) {
    throw new ProtocolError(
      'INDEX_NEVER_GARBLED',
      'the server offered a circuit that this client never made',
    );
  }
  return { phase: 'reserved', state, reservation };
};

/**
 * Makes the step 2 message from a probe (spec 04 §5.2). The chain key of the answered index and all before it are
 * not part of the new state; the caller erases the old state once the new one is stored.
 *
 * @param probe probe bits; not modified, the caller wipes it.
 * @throws ProtocolError CODE_LENGTH_MISMATCH
 */
export const answerReservation = (
  suite: CryptoSuite,
  reserved: ReservedClient,
  probe: Uint8Array,
  intent: AuthenticationIntent,
): AnsweredReservation => {
  const { state, reservation } = reserved;
  if (probe.length * 8 !== state.codeBits) {
    throw new ProtocolError('CODE_LENGTH_MISMATCH', 'probe and state differ in length');
  }
  const chainKey = advanceChainKey(suite, state.chainKey, reservation.circuitIndex - state.nextIndex);
  const inputs = deriveCircuitInputs(suite, chainKey, state.codeBits);
  const labels = selectCodeLabels(inputs, probe);
  wipeCircuitInputs(inputs);
  const next = nextChainKey(suite, chainKey);
  wipe(chainKey);
  const advanced = readyClient({ ...state, nextIndex: reservation.circuitIndex + 1, chainKey: next });
  const signingInput = userAuthenticationSigningInput(suite, state, reservation, labels, intent);
  return { phase: 'answered', advanced, labels, signingInput };
};

/**
 * Opens the template that a match released, for the refill.
 *
 * @returns enrolled bits, owned by the caller, who wipes them.
 * @throws ProtocolError SEAL_REFUSED
 */
export const openReleasedTemplate = (
  suite: CryptoSuite,
  client: ReadyClient,
  released: { readonly sealedTemplate: Uint8Array; readonly epoch: number },
): Uint8Array => {
  const { userId, deviceId, sealKey, epoch, codeBits } = client.state;
  // The epoch is this client's own: a server can't roll the template back (spec 04 ZK-7).
  if (released.epoch !== epoch) throw new ProtocolError('SEAL_REFUSED', 'template of another epoch');
  const code = openBlob(
    suite,
    sealKey,
    { kind: 'template', userId, deviceId, epoch },
    released.sealedTemplate,
  );
  if (code.length * 8 !== codeBits) throw new ProtocolError('SEAL_REFUSED', 'template of another length');
  return code;
};
