export { ProtocolError, type ProtocolErrorCode } from '../protocol-error.ts';
export {
  type BatchedCircuit,
  type CircuitBatch,
  circuitBatchBytes,
  decodeCircuitBatch,
  encodeCircuitBatch,
  maxBatchCircuits,
  maxBatchPayloadBytes,
} from './circuit-batch.ts';
export {
  type ConsumedCircuit,
  decodeConsumedCircuit,
  encodeConsumedCircuit,
} from './consumed-circuit.ts';
export {
  addDeviceSigningInput,
  type DeviceChange,
  type DeviceChangeInput,
  removeDeviceSigningInput,
} from './device-change.ts';
export { deriveDeviceId, deriveUserId } from './identifiers.ts';
export { matchTokenOf } from './match-token.ts';
export {
  decodeServerState,
  encodeServerState,
  maxServerStateBytes,
  type ServerState,
  type ServerStateContent,
  serverStateSigningInput,
} from './server-state.ts';
export {
  type AuthenticationIntent,
  beginAuthenticationSigningInput,
  beginEnrollmentSigningInput,
  commitEnrollmentSigningInput,
  type DeviceReference,
  deviceStatusSigningInput,
  type EnrollmentContent,
  type RequestFreshness,
  type ReservationReference,
  uploadCircuitsSigningInput,
  userAuthenticationSigningInput,
} from './signing-inputs.ts';
export { encodeTranscript } from './transcript.ts';
export {
  decodeUserAuthentication,
  encodeUserAuthentication,
  type UserAuthenticationMessage,
} from './user-authentication-message.ts';
