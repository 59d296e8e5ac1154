import { BytesError } from '@openrecognize/bytes';
import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';
import { CircuitError } from '@openrecognize/garbled-circuits';
import { ProtocolError, type ProtocolErrorCode } from '@openrecognize/zkb/server';

/** Wire code of each refusal of the protocol library; the only place where the two meet. */
const wireCodes: Readonly<Record<ProtocolErrorCode, CoreErrorCode>> = {
  MESSAGE_MALFORMED: 'PROTOCOL_INVALID_MESSAGE',
  MESSAGE_TOO_LARGE: 'PROTOCOL_INVALID_MESSAGE',
  CODE_LENGTH_MISMATCH: 'PROTOCOL_INVALID_MESSAGE',
  STATE_MALFORMED: 'CLIENT_STATE_INVALID',
  IDENTITY_MISMATCH: 'SIGNATURE_INVALID',
  INDEX_ALREADY_USED: 'NO_SUCH_CIRCUIT_ID',
  INDEX_NEVER_GARBLED: 'NO_SUCH_CIRCUIT_ID',
  ARTIFACT_MISMATCH: 'ARTIFACT_MISMATCH',
  SEAL_REFUSED: 'PROTOCOL_INVALID_MESSAGE',
  PAYLOAD_HASH_MISMATCH: 'CIRCUIT_CORRUPT',
  PAYLOAD_PARAMETERS_MISMATCH: 'ARTIFACT_MISMATCH',
  TICKET_REFUSED: 'TICKET_INVALID',
};

/** Whose bytes are being read: a caller's message, or a circuit that was accepted before. */
export type ProtocolStage = 'message' | 'stored-circuit';

const toWire = (error: unknown, stage: ProtocolStage): unknown => {
  if (error instanceof ProtocolError) {
    const isOurs = stage === 'stored-circuit' && error.code === 'MESSAGE_MALFORMED';
    return new RecognizeError(isOurs ? 'CIRCUIT_CORRUPT' : wireCodes[error.code], { cause: error });
  }
  if (error instanceof CircuitError) {
    const isCallers = stage === 'message' || error.code === 'LABELS_LENGTH';
    return new RecognizeError(isCallers ? 'PROTOCOL_INVALID_MESSAGE' : 'CIRCUIT_CORRUPT', { cause: error });
  }
  if (error instanceof BytesError) return new RecognizeError('PROTOCOL_INVALID_MESSAGE', { cause: error });
  return error;
};

/**
 * Runs a step of the protocol library.
 *
 * @throws RecognizeError with the wire code of what the step refused; other errors pass through.
 */
export const protocolStep = <Result>(stage: ProtocolStage, step: () => Result): Result => {
  try {
    return step();
  } catch (error) {
    throw toWire(error, stage);
  }
};
