import { RecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { sessionFailureOf } from './session-failure.ts';

describe('the failure of a session', () => {
  const lockedOut = (lockoutRemainingSeconds: string | number | boolean) =>
    sessionFailureOf(new RecognizeError('LOCKED_OUT', { details: { lockoutRemainingSeconds } }), 1_000);

  it('says until when a user is suspended', () => {
    expect(lockedOut(60)).toMatchObject({
      code: 'SERVER_USER_LOCKED_OUT',
      lockoutExpiresAt: '1970-01-01T00:01:01.000Z',
    });
  });

  it.each(['soon', Number.NaN, 1e300, 'x'.repeat(9)])(
    'leaves the end of a suspension out where the service behind told none: %j',
    (seconds) => {
      expect(lockedOut(seconds)).toMatchObject({ code: 'SERVER_USER_LOCKED_OUT' });
      expect(lockedOut(seconds)).not.toHaveProperty('lockoutExpiresAt');
    },
  );

  it('of an operation id that exists is the caller’s', () => {
    const { code } = sessionFailureOf(new RecognizeError('OPERATION_ALREADY_EXISTS'), 0);
    expect(code).toBe('SERVER_VALIDATION_FAILED');
  });

  it('of what is kept for a user is the service’s own', () => {
    const { code } = sessionFailureOf(new RecognizeError('CLIENT_STATE_INVALID'), 0);
    expect(code).toBe('SERVER_INTERNAL_ERROR');
  });
});
