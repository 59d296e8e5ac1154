import { KeylessSdkError } from '@keyless/sdk-mobile';
import { CORE_ERRORS, isCoreErrorCode, isRecognizeError, nativeErrorFor } from '@openrecognize/contracts';
import { toRecognizeError } from '@openrecognize/service-kit';
import type { FailureAnswer } from './demo-api.ts';
import { describeServices } from './observation/describe-services.ts';
import type { RequestTrace } from './observation/exchange.ts';
import { timingsOf } from './observation/timings.ts';

/** A failure on the way to an answer, with what was seen until then. */
export class TracedFailure extends Error {
  override readonly name = 'TracedFailure';
  readonly trace: RequestTrace;

  constructor(cause: unknown, trace: RequestTrace) {
    super('The request failed.', { cause });
    this.trace = trace;
  }
}

/** Statuses of errors that arise at the client party and so have none. */
const localStatuses: Readonly<Record<string, number>> = {
  NOT_ENROLLED_LOCALLY: 404,
  NET_CONNECTION_FAILED: 503,
};

const statusOf = (coreCode: string | undefined): number => {
  if (!isCoreErrorCode(coreCode)) return 500;
  return CORE_ERRORS[coreCode].httpStatus ?? localStatuses[coreCode] ?? 500;
};

const nextStepOf = (coreCode: string | undefined, otherwise: string): string =>
  isCoreErrorCode(coreCode) ? CORE_ERRORS[coreCode].nextStep : otherwise;

const factsOf = (error: KeylessSdkError): Partial<FailureAnswer['error']> => {
  const { remainingAttempts, lockoutRemainingSeconds, triggeredFilters } = error;
  return {
    ...(remainingAttempts === undefined ? {} : { remainingAttempts }),
    ...(lockoutRemainingSeconds === undefined
      ? {}
      : { lockoutRemainingSeconds: Math.ceil(lockoutRemainingSeconds) }),
    ...(triggeredFilters.length === 0 ? {} : { filters: [...triggeredFilters] }),
  };
};

const ofSdk = (error: KeylessSdkError): FailureAnswer['error'] => ({
  code: error.code,
  name: error.caseName,
  // Where the cause stays inside the process, so do its words: paths and the like are none of the page's business.
  message:
    isRecognizeError(error.cause) || error.cause === undefined ? error.message : 'The operation failed.',
  nextStep: nextStepOf(error.coreCode, error.nextStep),
  ...(error.coreCode === undefined ? {} : { coreCode: error.coreCode }),
  ...factsOf(error),
});

const ofAnything = (thrown: unknown): FailureAnswer['error'] => {
  const { code: coreCode, message } = toRecognizeError(thrown);
  const native = nativeErrorFor(coreCode, 'android');
  return {
    code: native.number,
    name: native.name,
    message,
    nextStep: nextStepOf(coreCode, native.nextStep),
    coreCode,
  };
};

/** Status and body for whatever a route threw. */
export const failureAnswerOf = (
  thrown: unknown,
): { readonly status: number; readonly body: FailureAnswer } => {
  const trace = thrown instanceof TracedFailure ? thrown.trace : undefined;
  const cause = thrown instanceof TracedFailure ? thrown.cause : thrown;
  const error = cause instanceof KeylessSdkError ? ofSdk(cause) : ofAnything(cause);
  const seen = trace ? { timings: timingsOf(trace), services: describeServices(trace) } : {};
  return { status: statusOf(error.coreCode), body: { error, ...seen } };
};
