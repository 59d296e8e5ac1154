export { ProtocolError, type ProtocolErrorCode } from '../protocol-error.ts';
export {
  type AnsweredReservation,
  acceptReservation,
  answerReservation,
  openReleasedTemplate,
  type ReservedClient,
} from './authentication.ts';
export {
  type ArtifactReference,
  type ClientState,
  copyClientState,
  type ReadyClient,
  readyClient,
  wipeClientState,
} from './client-state.ts';
export { decodeClientState, encodeClientState, type PortableClientState } from './client-state-codec.ts';
export {
  completeEnrollment,
  type EnrollmentInput,
  type OpenEnrollment,
  openEnrollment,
  type PreparedEnrollment,
  prepareEnrollment,
} from './enrollment.ts';
export { type ClientTools, type GarbledCircuits, garbleCircuits } from './garble-circuits.ts';
export { openBlob, type SealContext, sealBlob } from './sealed-blob.ts';
