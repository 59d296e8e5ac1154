import { describe, expect, it } from 'vitest';
import { mediaFailureCode } from './media-failure.ts';

describe('mediaFailureCode', () => {
  it.each([
    ['AbortError', 'MEDIA_STREAM_ABORT'],
    ['InvalidStateError', 'MEDIA_STREAM_INVALID_STATE'],
    ['NotAllowedError', 'MEDIA_STREAM_NOT_ALLOWED'],
    ['NotFoundError', 'MEDIA_STREAM_NOT_FOUND'],
    ['NotReadableError', 'MEDIA_STREAM_NOT_READABLE'],
    ['OverconstrainedError', 'MEDIA_STREAM_OVERCONSTRAINED'],
    ['SecurityError', 'MEDIA_STREAM_SECURITY'],
    ['TypeError', 'MEDIA_STREAM_TYPE'],
    ['SomethingNew', 'MEDIA_STREAM_ABORT'],
  ])('gives %s its code %s', (name, code) => {
    expect(mediaFailureCode({ name, isSecureContext: true })).toBe(code);
  });

  it('calls a missing getUserMedia outside a secure context a matter of security', () => {
    expect(mediaFailureCode({ name: 'TypeError', isSecureContext: false })).toBe('MEDIA_STREAM_SECURITY');
  });
});
