import { wipe } from '@openrecognize/bytes';
import { limits, RecognizeError } from '@openrecognize/contracts';
import { decodeBase64Body } from './base64-body.ts';

/** Largest request body: a photo in base64 with its line breaks. */
export const maxBodyBytes = Math.ceil((Math.ceil(limits.maxImageBytes / 3) * 4 * 78) / 76);

/** Content types a photo may arrive under; what it really is, its first bytes decide. */
export const isImageContentType = (contentType: string): boolean =>
  /^(?:image\/[\w.+-]+|application\/octet-stream)(?:;|$)/i.test(contentType);

/**
 * The photo of a request.
 *
 * @param body as received; erased when it was base64. @param encoding of the header `Content-Encoding`.
 * @returns bytes the caller wipes.
 * @throws RecognizeError IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_FORMAT_INVALID
 */
export const takeImage = (body: Uint8Array, encoding: 'base64' | undefined): Uint8Array => {
  if (body.length === 0) throw new RecognizeError('IMAGE_EMPTY');
  let image = body;
  if (encoding === 'base64') {
    try {
      image = decodeBase64Body(body);
    } finally {
      wipe(body);
    }
  }
  if (image.length === 0) throw new RecognizeError('IMAGE_EMPTY');
  if (image.length > limits.maxImageBytes) {
    wipe(image);
    throw new RecognizeError('IMAGE_TOO_LARGE', { details: { maxBytes: limits.maxImageBytes } });
  }
  return image;
};
