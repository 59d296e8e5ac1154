import { RecognizeError } from '@openrecognize/contracts';

/**
 * The raw body of a request, or its refusal when it came as something else than `application/octet-stream`.
 *
 * @throws RecognizeError PROTOCOL_INVALID_MESSAGE
 */
export const binaryBody = (body: unknown): Uint8Array => {
  if (!(body instanceof Uint8Array)) throw new RecognizeError('PROTOCOL_INVALID_MESSAGE');
  return body;
};
