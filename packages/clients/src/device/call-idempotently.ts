import {
  type EndpointInput,
  type EndpointOutput,
  type EndpointShape,
  isRecognizeError,
} from '@openrecognize/contracts';
import { type DeviceTransport, type Wait, waitOnTimer } from './device-transport.ts';

const maxAttempts = 3;
const firstDelayMs = 150;

/** Failures after which nobody knows whether the call arrived, or which pass by themselves. */
const passingCodes: ReadonlySet<string> = new Set([
  'NET_CONNECTION_FAILED',
  'SERVICE_UNAVAILABLE',
  'SERVICE_TIMEOUT',
  'STORAGE_UNAVAILABLE',
]);

const isPassingFailure = (error: unknown): boolean => isRecognizeError(error) && passingCodes.has(error.code);

/**
 * Calls an endpoint whose repetition has the effect of one call (spec 04: begin, upload, commit, status), with the
 * very same input each time: nonce, timestamp and signature included.
 *
 * @throws RecognizeError of the last attempt.
 */
export const callIdempotently = async <E extends EndpointShape & { readonly idempotent: true }>(
  transport: DeviceTransport,
  endpoint: E,
  input: EndpointInput<E>,
  wait: Wait = waitOnTimer,
): Promise<EndpointOutput<E>> => {
  const attempts = transport.repeatsIdempotentCalls ? 1 : maxAttempts;
  for (let attempt = 1; ; attempt++) {
    try {
      return await transport.call(endpoint, input);
    } catch (error) {
      if (attempt >= attempts || !isPassingFailure(error)) throw error;
      await wait(firstDelayMs * 2 ** (attempt - 1));
    }
  }
};
