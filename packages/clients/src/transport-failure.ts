import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';

const BACKOFF_MS = 25;

/**
 * Waits before retry number `tried`: 25 ms, 50 ms … and up to as much again, so that clients that failed together
 * do not return together. Rejects when `signal` ends the call.
 */
export const delayBeforeRetry = (tried: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      BACKOFF_MS * 2 ** tried * (1 + Math.random()),
    );
    signal.addEventListener('abort', onAbort, { once: true });
  });

/** A thrown value of a call as the error its caller sees. */
export const classifyTransportError = (thrown: unknown, deadlinePassed: boolean): RecognizeError => {
  if (isRecognizeError(thrown)) return thrown;
  if (deadlinePassed) return new RecognizeError('SERVICE_TIMEOUT', { cause: thrown });
  // A mistake of the caller is no matter of the network.
  if (thrown instanceof TypeError && (thrown as { code?: string }).code === undefined) {
    return new RecognizeError('INTERNAL_ERROR', { cause: thrown });
  }
  return new RecognizeError('SERVICE_UNAVAILABLE', { cause: thrown });
};
