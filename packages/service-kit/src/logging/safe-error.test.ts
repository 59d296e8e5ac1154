import { RecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { redactSecrets, redactValues, safeError } from './safe-error.ts';

describe('redactValues', () => {
  it.each([
    ['no user "alice"', 'no user […]'],
    ["column 'face of bob' is bad", 'column […] is bad'],
    ['Key (user_id)=(u-1) already exists', 'Key […] already exists'],
    ['mail to a.b+c@example.org failed', 'mail to […] failed'],
    ['token eyJhbGciOiJFUzI1NiJ9abc rejected', 'token […] rejected'],
  ])('takes the values out of %j', (message, expected) => {
    expect(redactValues(message)).toBe(expected);
  });

  it('keeps what names no value', () => {
    expect(redactValues('connect ECONNREFUSED 127.0.0.1:5432')).toBe('connect ECONNREFUSED 127.0.0.1:5432');
  });

  it('cuts overlong messages', () => {
    expect(redactValues('word '.repeat(1000)).length).toBeLessThan(310);
  });
});

describe('redactSecrets', () => {
  it('takes credentials, queries and keys out and leaves paths', () => {
    expect(redactSecrets('no database at postgres://me:pw@db:5432/users?password=x, see /etc/app.conf')).toBe(
      'no database at postgres://[…]db:5432/users[…] see /etc/app.conf',
    );
    expect(redactSecrets(`key ${'a1'.repeat(20)}`)).toBe('key […]');
  });
});

describe('safeError', () => {
  it('keeps kind, code and frames of an error and of its causes', () => {
    const cause = Object.assign(new TypeError('value "x"'), { code: 'ECONNREFUSED' });
    const safe = safeError(new RecognizeError('STORAGE_UNAVAILABLE', { cause }));
    expect(safe).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      cause: { name: 'TypeError', code: 'ECONNREFUSED', message: 'value […]' },
    });
    expect(safe.stack[0]).toMatch(/^at /);
  });

  it('does not print what is no error', () => {
    expect(JSON.stringify(safeError({ password: 'p' }))).not.toContain('p"');
    expect(safeError('secret text').message).toBe('[…]');
  });

  it('ends at a cyclic cause', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(safeError(error)).length).toBeLessThan(20_000);
  });
});
