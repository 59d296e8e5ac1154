/** Why a protocol step refused. Stable strings: services map them to catalogue codes. */
export type ProtocolErrorCode =
  | 'MESSAGE_MALFORMED'
  | 'MESSAGE_TOO_LARGE'
  | 'STATE_MALFORMED'
  | 'IDENTITY_MISMATCH'
  | 'INDEX_ALREADY_USED'
  | 'INDEX_NEVER_GARBLED'
  | 'CODE_LENGTH_MISMATCH'
  | 'ARTIFACT_MISMATCH'
  | 'SEAL_REFUSED'
  | 'PAYLOAD_HASH_MISMATCH'
  | 'PAYLOAD_PARAMETERS_MISMATCH'
  | 'TICKET_REFUSED';

/** The only error this package throws by itself. Carries no secret and no input. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
