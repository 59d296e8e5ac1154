import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';

const BACKOFF_MS = 25;

/**
 * Waits before retry number `tried`: 25 ms, 50 ms … and up to as much again, so that clients that failed together
 * do not return together.
 *
 * @param remainingMs what is left of the call's time.
 * @throws RecognizeError SERVICE_TIMEOUT at its end
 */
export const delayBeforeRetry = async (tried: number, remainingMs: number): Promise<void> => {
  const delayMs = BACKOFF_MS * 2 ** tried * (1 + Math.random());
  await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, remainingMs)));
  if (delayMs >= remainingMs) throw new RecognizeError('SERVICE_TIMEOUT');
};

/** A thrown value of a call as the error its caller sees. */
export const classifyTransportError = (thrown: unknown): RecognizeError => {
  if (isRecognizeError(thrown)) return thrown;
  // A mistake of the caller is no matter of the network.
  if (thrown instanceof TypeError && (thrown as { code?: string }).code === undefined) {
    return new RecognizeError('INTERNAL_ERROR', { cause: thrown });
  }
  return new RecognizeError('SERVICE_UNAVAILABLE', { cause: thrown });
};
