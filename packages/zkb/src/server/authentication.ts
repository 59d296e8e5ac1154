import { constantTimeEqual } from '@openrecognize/bytes';
import type { GarblingEngine } from '@openrecognize/garbled-circuits';
import {
  type AuthenticationIntent,
  type DeviceReference,
  type ReservationReference,
  userAuthenticationSigningInput,
} from '../messages/signing-inputs.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { CryptoSuite } from '../suite/crypto-suite.ts';

/** What a step 2 message claims, nothing of it checked. */
export interface ClaimedAuthentication {
  readonly phase: 'claimed';
  readonly device: DeviceReference;
  readonly reservation: ReservationReference;
  readonly intent: AuthenticationIntent;
  readonly labels: Uint8Array;
  /** What the device must have signed. */
  readonly signingInput: Uint8Array;
}

/** The vault confirmed the device's signature over every field of the claim. */
export interface VerifiedAuthentication {
  readonly phase: 'verified';
  readonly claim: ClaimedAuthentication;
}

/** The lockout admitted the attempt; the enrolled parameters are known. */
export interface AdmittedAuthentication {
  readonly phase: 'admitted';
  readonly claim: ClaimedAuthentication;
  readonly codeBits: number;
  readonly threshold: number;
}

/** The circuit was consumed for this claim; no other evaluation of it can follow (spec 04 ZK-2). */
export interface ConsumedAuthentication {
  readonly phase: 'consumed';
  readonly claim: ClaimedAuthentication;
  readonly codeBits: number;
  readonly threshold: number;
  readonly payloadSha256: Uint8Array;
}

/** The output label goes to the vault, which alone can tell what it means. Secret: the caller wipes it. */
export interface EvaluatedAuthentication {
  readonly phase: 'evaluated';
  readonly claim: ClaimedAuthentication;
  readonly outputLabel: Uint8Array;
}

/** What a step 2 message claims, with the bytes its signature has to be over (spec 04 ZK-6). Nothing is checked yet. */
export const claimAuthentication = (
  suite: CryptoSuite,
  device: DeviceReference,
  reservation: ReservationReference,
  intent: AuthenticationIntent,
  labels: Uint8Array,
): ClaimedAuthentication => ({
  phase: 'claimed',
  device,
  reservation,
  intent,
  labels,
  signingInput: userAuthenticationSigningInput(suite, device, reservation, labels, intent),
});

/** Call it only after the vault accepted `claim.signingInput`. */
export const signatureAccepted = (claim: ClaimedAuthentication): VerifiedAuthentication => ({
  phase: 'verified',
  claim,
});

/**
 * Call it with what the lockout check returned.
 *
 * @throws ProtocolError CODE_LENGTH_MISMATCH when the labels are not one for each enrolled bit: such a claim must
 * not cost a circuit.
 */
export const attemptAdmitted = (
  verified: VerifiedAuthentication,
  enrolled: { readonly codeBits: number; readonly threshold: number },
): AdmittedAuthentication => {
  if (verified.claim.labels.length !== 16 * enrolled.codeBits) {
    throw new ProtocolError('CODE_LENGTH_MISMATCH', 'not one label for each enrolled bit');
  }
  return { phase: 'admitted', claim: verified.claim, ...enrolled };
};

/** Call it with the storage's answer to the one atomic consume. */
export const circuitConsumed = (
  admitted: AdmittedAuthentication,
  payloadSha256: Uint8Array,
): ConsumedAuthentication => ({
  phase: 'consumed',
  claim: admitted.claim,
  codeBits: admitted.codeBits,
  threshold: admitted.threshold,
  payloadSha256,
});

/**
 * Evaluates the consumed circuit (spec 03, spec 04 §5.2).
 *
 * @param payload as read from the storage; its hash is checked before anything of it is used.
 * @throws ProtocolError PAYLOAD_HASH_MISMATCH, PAYLOAD_PARAMETERS_MISMATCH; CircuitError for a malformed payload.
 */
export const evaluateConsumed = (
  suite: CryptoSuite,
  engine: GarblingEngine,
  inspect: (payload: Uint8Array) => { readonly n: number; readonly threshold: number },
  consumed: ConsumedAuthentication,
  payload: Uint8Array,
): EvaluatedAuthentication => {
  if (!constantTimeEqual(suite.sha256(payload), consumed.payloadSha256)) {
    throw new ProtocolError('PAYLOAD_HASH_MISMATCH', 'circuit payload is not the one that was stored');
  }
  const { n, threshold } = inspect(payload);
  if (n !== consumed.codeBits || threshold !== consumed.threshold) {
    throw new ProtocolError('PAYLOAD_PARAMETERS_MISMATCH', 'circuit of other parameters than enrolled');
  }
  const { outputLabel } = engine.evaluateHamming({ payload, labels: consumed.claim.labels });
  return { phase: 'evaluated', claim: consumed.claim, outputLabel };
};
