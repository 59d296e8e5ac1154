import { BytesError, base64ToBytes } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';

/**
 * Bytes of a base64 field of fixed size. The schema bounds the text; padding and the exact number are checked here.
 *
 * @throws RecognizeError BAD_REQUEST
 */
export const fixedBytes = (text: string, length: number, field: string): Uint8Array => {
  let bytes: Uint8Array | undefined;
  try {
    bytes = base64ToBytes(text);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
  }
  if (bytes?.length === length) return bytes;
  throw new RecognizeError('BAD_REQUEST', { details: { path: field } });
};
