import type { BatchedCircuit } from '../messages/circuit-batch.ts';
import { deriveDeviceId, deriveUserId } from '../messages/identifiers.ts';
import { ProtocolError } from '../protocol-error.ts';
import { type ArtifactReference, type ClientState, type ReadyClient, readyClient } from './client-state.ts';
import { type ClientTools, garbleCircuits } from './garble-circuits.ts';
import { sealBlob } from './sealed-blob.ts';

export interface EnrollmentInput {
  /** Enrolled code, copied nowhere but into circuits and the sealed template; the caller wipes it. */
  readonly code: Uint8Array;
  readonly artifact: ArtifactReference;
  readonly threshold: number;
  /** SubjectPublicKeyInfo of a fresh device key. */
  readonly publicSigningKey: Uint8Array;
  readonly circuitCount: number;
  /** Existing user the device is added to; the device founds a user of its own without it (spec 04 ZK-1). */
  readonly userId?: string | undefined;
}

/** Enrollment made, nothing sent yet. */
export interface PreparedEnrollment {
  readonly phase: 'prepared';
  readonly state: ClientState;
  readonly sealedTemplate: Uint8Array;
  readonly circuits: readonly BatchedCircuit[];
}

/** The server opened the enrollment under the identity this client derived itself. */
export interface OpenEnrollment {
  readonly phase: 'open';
  readonly enrollmentId: string;
  readonly state: ClientState;
  readonly circuits: readonly BatchedCircuit[];
}

/**
 * Makes everything an enrollment sends (spec 04 §5.1): fresh chain and seal keys, the sealed template, circuits.
 *
 * @throws ProtocolError CODE_LENGTH_MISMATCH
 */
export const prepareEnrollment = (tools: ClientTools, input: EnrollmentInput): PreparedEnrollment => {
  const empty: ClientState = {
    userId: input.userId ?? deriveUserId(tools.suite, input.publicSigningKey),
    deviceId: deriveDeviceId(tools.suite, input.publicSigningKey),
    artifact: input.artifact,
    codeBits: input.code.length * 8,
    threshold: input.threshold,
    epoch: 0,
    nextIndex: 0,
    garbledTo: 0,
    chainKey: tools.random(32),
    sealKey: tools.random(32),
  };
  const sealedTemplate = sealBlob(
    tools.suite,
    tools.random,
    empty.sealKey,
    { kind: 'template', userId: empty.userId, deviceId: empty.deviceId, epoch: empty.epoch },
    input.code,
  );
  const { circuits, state } = garbleCircuits(tools, empty, input.code, 0, input.circuitCount);
  return { phase: 'prepared', state, sealedTemplate, circuits };
};

/**
 * Takes the server's answer to the first message.
 *
 * @throws ProtocolError IDENTITY_MISMATCH when the server names another user or device.
 */
export const openEnrollment = (
  prepared: PreparedEnrollment,
  answer: { readonly enrollmentId: string; readonly userId: string; readonly deviceId: string },
): OpenEnrollment => {
  const { state, circuits } = prepared;
  if (answer.userId !== state.userId || answer.deviceId !== state.deviceId) {
    throw new ProtocolError('IDENTITY_MISMATCH', 'the server answered for another identity');
  }
  return { phase: 'open', enrollmentId: answer.enrollmentId, state, circuits };
};

/** After the commit: from here on the client may authenticate. */
export const completeEnrollment = (
  open: OpenEnrollment,
  answer: { readonly userId: string; readonly deviceId: string },
): ReadyClient => {
  if (answer.userId !== open.state.userId || answer.deviceId !== open.state.deviceId) {
    throw new ProtocolError('IDENTITY_MISMATCH', 'the server committed another identity');
  }
  return readyClient(open.state);
};
