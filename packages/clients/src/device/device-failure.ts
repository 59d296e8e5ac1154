import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';
import { CircuitError } from '@openrecognize/garbled-circuits';
import { ProtocolError, type ProtocolErrorCode } from '@openrecognize/zkb/client';

const codeOf = (code: ProtocolErrorCode): CoreErrorCode => {
  switch (code) {
    // A code of another length comes from another model.
    case 'CODE_LENGTH_MISMATCH':
    case 'ARTIFACT_MISMATCH':
      return 'ARTIFACT_MISMATCH';
    case 'STATE_MALFORMED':
      return 'CLIENT_STATE_INVALID';
    default:
      return 'PROTOCOL_INVALID_MESSAGE';
  }
};

/**
 * What a flow reports for a failure underneath: catalogue errors as they are, refusals of the protocol and of the
 * engine as catalogue errors. Whatever else (a store that can't write, a signer that is gone) stays itself.
 */
export const deviceFailure = (error: unknown): unknown => {
  if (error instanceof ProtocolError) return new RecognizeError(codeOf(error.code), { cause: error });
  if (error instanceof CircuitError) return new RecognizeError('INVALID_INPUT', { cause: error });
  return error;
};
