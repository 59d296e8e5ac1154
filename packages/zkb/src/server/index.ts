export { ProtocolError, type ProtocolErrorCode } from '../protocol-error.ts';
export {
  type AdmittedAuthentication,
  attemptAdmitted,
  type ClaimedAuthentication,
  type ConsumedAuthentication,
  circuitConsumed,
  claimAuthentication,
  type EvaluatedAuthentication,
  evaluateConsumed,
  signatureAccepted,
  type VerifiedAuthentication,
} from './authentication.ts';
export { type CheckedUpload, checkUpload, type PayloadInspector } from './circuit-upload.ts';
export { checkRefillTicket, issueRefillTicket, type RefillGrant } from './refill-ticket.ts';
