import { describe, expect, it } from 'vitest';
import { CORE_ERRORS, type CoreErrorCode, errorFromBody, isRecognizeError, RecognizeError } from './index.ts';

describe('RecognizeError', () => {
  it('takes number, status, retryability and message from the catalogue', () => {
    const error = new RecognizeError('LOCKED_OUT', { details: { lockoutRemainingSeconds: 412 } });
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, message: error.message }).toEqual({
      name: 'RecognizeError',
      code: 'LOCKED_OUT',
      number: 523,
      httpStatus: 423,
      retryable: false,
      details: { lockoutRemainingSeconds: 412 },
      message: CORE_ERRORS.LOCKED_OUT.meaning,
    });
  });

  it('keeps the cause out of the wire body, nested or not (spec 06 ER-4)', () => {
    const cause = new Error('secret of the database', { cause: new Error('password=hunter2') });
    const error = new RecognizeError('STORAGE_UNAVAILABLE', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error)).toBe(
      JSON.stringify({
        error: { code: 'STORAGE_UNAVAILABLE', number: 623, message: CORE_ERRORS.STORAGE_UNAVAILABLE.meaning },
      }),
    );
  });

  it.each([
    'FAILED_TO_AUTHENTICATE_USER',
    'SIGNATURE_INVALID',
    'TICKET_INVALID',
    'IMAGE_DECRYPT_FAILED',
    'CLIENT_STATE_INVALID',
    'JWT_INVALID',
  ] as const)('gives the same body for %s whatever the cause (spec 06 ER-9)', (code) => {
    const bodies = [undefined, new Error('tag'), new TypeError('key', { cause: 'length' })].map((cause) =>
      JSON.stringify(new RecognizeError(code, { cause })),
    );
    expect(new Set(bodies).size).toBe(1);
  });

  it('has no cause unless given one, and keeps an undefined one apart from none', () => {
    expect('cause' in new RecognizeError('NOT_FOUND')).toBe(false);
    expect('cause' in new RecognizeError('NOT_FOUND', { cause: undefined })).toBe(true);
  });

  it('does not change when the caller changes the details it was made of', () => {
    const details: Record<string, string> = { requiredKind: 'secret' };
    const error = new RecognizeError('API_KEY_WRONG_KIND', { details });
    details['requiredKind'] = 'sdk';
    expect(error.details).toEqual({ requiredKind: 'secret' });
  });

  it('is recognised among other values', () => {
    expect(isRecognizeError(new RecognizeError('CONFLICT'))).toBe(true);
    expect(isRecognizeError(new Error('CONFLICT'))).toBe(false);
    expect(isRecognizeError({ code: 'CONFLICT' })).toBe(false);
  });
});

describe('errorFromBody', () => {
  it('reads back what toJSON wrote, for every code', () => {
    for (const code of Object.keys(CORE_ERRORS) as CoreErrorCode[]) {
      const sent = new RecognizeError(code, {
        message: 'in other words',
        details: { seconds: 3, name: 'x', open: true, missing: ['a', 'b'] },
      });
      const received = errorFromBody(JSON.parse(JSON.stringify(sent)));
      expect(received.code).toBe(code);
      expect(received.toJSON()).toEqual(sent.toJSON());
    }
  });

  it.each([
    undefined,
    null,
    'oops',
    [],
    {},
    { error: null },
    { error: [] },
    { error: { code: 523 } },
    { error: { code: 'NO_SUCH_CODE', message: 'm' } },
    { error: { code: 'constructor' } },
    { error: { code: '__proto__' } },
  ])('turns %j into UNKNOWN_ERROR with the body as cause', (body) => {
    const error = errorFromBody(body);
    expect(error.code).toBe('UNKNOWN_ERROR');
    expect(error.message).toBe(CORE_ERRORS.UNKNOWN_ERROR.meaning);
    expect(error.cause).toBe(body);
  });

  it('believes the code and not the number of the body (spec 06 ER-6)', () => {
    expect(errorFromBody({ error: { code: 'LOCKED_OUT', number: 1 } }).number).toBe(523);
  });

  it('drops details of undocumented types and keeps the rest (spec 06 ER-7)', () => {
    const details = JSON.parse(
      '{"a":1,"b":null,"c":{"d":1},"e":["x",1],"f":["x"],"__proto__":{"polluted":true},"g":"y"}',
    );
    const error = errorFromBody({ error: { code: 'CONFLICT', message: '', details } });
    expect(error.details).toEqual({ a: 1, f: ['x'], g: 'y' });
    expect(error.message).toBe(CORE_ERRORS.CONFLICT.meaning);
    expect('polluted' in {}).toBe(false);
  });

  it('cuts a message of unreasonable length', () => {
    expect(errorFromBody({ error: { code: 'CONFLICT', message: 'x'.repeat(5000) } }).message).toHaveLength(
      1000,
    );
  });
});
