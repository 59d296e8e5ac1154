import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { describeViolation, type SchemaViolation } from './validation.ts';

/** Body of every failed call. */
export interface WireErrorBody {
  readonly error: {
    readonly code: string;
    readonly number: number;
    readonly message: string;
    readonly requestId: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

const badRequest = (violation: SchemaViolation, cause?: unknown): RecognizeError =>
  new RecognizeError('BAD_REQUEST', { details: { ...violation }, cause });

const fromFastify = (error: FastifyError): RecognizeError => {
  if (error.validation !== undefined) {
    return badRequest(describeViolation(error.validationContext ?? 'request', error.validation), error);
  }
  const status = error.statusCode ?? 500;
  if (status === 413) return new RecognizeError('PAYLOAD_TOO_LARGE', { cause: error });
  if (status === 415) return new RecognizeError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
  if (status === 404) return new RecognizeError('NOT_FOUND', { cause: error });
  if (status === 503) return new RecognizeError('SERVICE_UNAVAILABLE', { cause: error });
  // The rest of the framework's 4xx: a body that is no JSON, a wrong length, a malformed URL.
  if (status >= 400 && status < 500) return new RecognizeError('BAD_REQUEST', { cause: error });
  return new RecognizeError('INTERNAL_ERROR', { cause: error });
};

/** Any thrown value as the `RecognizeError` a caller may see; unknown ones become `INTERNAL_ERROR`. */
export const toRecognizeError = (thrown: unknown): RecognizeError => {
  if (isRecognizeError(thrown)) return thrown;
  if (thrown instanceof Error) return fromFastify(thrown as FastifyError);
  return new RecognizeError('INTERNAL_ERROR', { cause: thrown });
};

const retryAfterSeconds = (error: RecognizeError): number | undefined => {
  const seconds = error.details?.['retryAfterSeconds'] ?? error.details?.['lockoutRemainingSeconds'];
  return typeof seconds === 'number' && seconds >= 0 ? Math.ceil(seconds) : undefined;
};

/** The wire body of `error`; its cause stays behind. */
export const wireErrorBody = (error: RecognizeError, requestId: string): WireErrorBody => {
  const { error: body } = error.toJSON() as { error: Omit<WireErrorBody['error'], 'requestId'> };
  const { code, number, message, details } = body;
  return { error: { code, number, message, requestId, ...(details === undefined ? {} : { details }) } };
};

const HTTP_STATUS_WITHOUT_ONE = 500;

export const sendError = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const error = toRecognizeError(thrown);
  const status = error.httpStatus ?? HTTP_STATUS_WITHOUT_ONE;
  // 5xx that a retry can mend is a state of a dependency, which logs for itself; the rest needs someone's eyes.
  if (status >= 500 && !error.retryable) {
    request.log.error({ code: error.code, err: error.cause ?? error }, 'request failed');
  } else {
    request.log.info({ code: error.code, status }, 'request refused');
    if (status >= 500) request.log.warn({ code: error.code, err: error.cause ?? error }, 'dependency failed');
  }
  const retryAfter = retryAfterSeconds(error);
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(wireErrorBody(error, request.id));
};
