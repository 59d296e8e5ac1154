import { RecognizeError } from '@openrecognize/contracts';

/**
 * Decodes a base64 field of a request. The schemas bound its characters and length; this settles the rest: one
 * accepted text per byte string, and exactly `expectedBytes` bytes where given.
 *
 * @throws RecognizeError BAD_REQUEST with the path of the field
 */
export const decodeBase64Field = (text: string, path: string, expectedBytes?: number): Uint8Array => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text || (expectedBytes !== undefined && bytes.length !== expectedBytes)) {
    throw new RecognizeError('BAD_REQUEST', { details: { path } });
  }
  return bytes;
};

/** Standard base64 of `bytes`. */
export const encodeBase64Field = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
