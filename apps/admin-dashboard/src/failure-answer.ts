import { CORE_ERRORS, type RecognizeError } from '@openrecognize/contracts';
import { toRecognizeError, wireErrorBody } from '@openrecognize/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';

/** Wire body of the services, with the catalogue's next step for whoever reads the page. */
export const FailureAnswer = Type.Object({
  error: Type.Object({
    code: Type.String(),
    number: Type.Integer(),
    message: Type.String(),
    nextStep: Type.String(),
    requestId: Type.String(),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
});

const bodyOf = (error: RecognizeError, requestId: string): Static<typeof FailureAnswer> => ({
  error: { ...wireErrorBody(error, requestId).error, nextStep: CORE_ERRORS[error.code].nextStep },
});

const retryAfterSeconds = ({ details }: RecognizeError): number | undefined => {
  const seconds = details['retryAfterSeconds'];
  return typeof seconds === 'number' ? Math.ceil(seconds) : undefined;
};

/** Answers whatever a route threw; the cause stays behind. */
export const sendFailure = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const error = toRecognizeError(thrown);
  const status = error.httpStatus ?? 500;
  const { code } = error;
  if (status >= 500 && !error.retryable)
    request.log.error({ code, err: error.cause ?? error }, 'request failed');
  else request.log.info({ code, status }, 'request refused');
  const seconds = retryAfterSeconds(error);
  if (seconds !== undefined) reply.header('retry-after', String(seconds));
  return reply.code(status).send(bodyOf(error, request.id));
};
