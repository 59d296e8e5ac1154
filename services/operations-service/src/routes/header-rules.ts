import { RecognizeError } from '@openrecognize/contracts';
import type { ServiceApp } from '@openrecognize/service-kit';

const mediaTypeOf = (header: string): string => header.split(';', 1)[0]!.trim().toLowerCase();

const isRefused = (range: string): boolean => /;\s*q=0(\.0{0,3})?\s*(;|$)/i.test(range);

/**
 * Whether an `Accept` header (RFC 9110 §12.5.1) allows JSON. The most specific range that names it decides; without
 * the header everything is welcome.
 */
const acceptsJson = (accept: string | undefined): boolean => {
  if (accept === undefined || accept.trim() === '') return true;
  const ranges = accept.split(',').map((range) => ({ type: mediaTypeOf(range), refused: isRefused(range) }));
  for (const wanted of ['application/json', 'application/*', '*/*']) {
    const named = ranges.filter(({ type }) => type === wanted);
    if (named.length > 0) return named.some(({ refused }) => !refused);
  }
  return false;
};

/**
 * Header rules of everything under `/v2`: NOT_ACCEPTABLE when JSON is not accepted, UNSUPPORTED_MEDIA_TYPE for a body
 * that says to be something else. They come after the API key and before the body is read. A content type on a
 * request without body is let pass: many clients always send one.
 */
export const applyHeaderRules = (app: ServiceApp): void => {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const { url, schema } = request.routeOptions;
    if (url?.startsWith('/v2/') !== true) return payload;
    if (!acceptsJson(request.headers.accept)) throw new RecognizeError('NOT_ACCEPTABLE');
    const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    const isEmpty = encoding === undefined && (length === undefined || length === '0');
    if (type === undefined) return payload;
    if (isEmpty) delete request.raw.headers['content-type'];
    else if (schema?.body !== undefined && mediaTypeOf(type) !== 'application/json') {
      throw new RecognizeError('UNSUPPORTED_MEDIA_TYPE');
    }
    return payload;
  });
};
