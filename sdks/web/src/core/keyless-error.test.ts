import { WEB_ERRORS } from '@openrecognize/contracts';
import { WEB_SESSION_ERROR_CODES } from '@openrecognize/contracts/ws';
import { describe, expect, it } from 'vitest';
import { KeylessError } from './keyless-error.ts';
import { eventNameOf, keylessFailure } from './keyless-failure.ts';

describe('KeylessError', () => {
  it('is the enumeration of the catalogue and two newer codes, member and value alike', () => {
    const listed = Object.entries(WEB_ERRORS).flatMap(([code, { enumeration }]) =>
      enumeration === 'KeylessError' ? [code] : [],
    );
    const newer = ['SERVICE_URL_UNSET', 'SERVICE_URL_PARSE_FAILED'];
    expect(Object.keys(KeylessError).sort()).toEqual([...listed, ...newer].sort());
    expect(Object.entries(KeylessError).every(([name, value]) => name === value)).toBe(true);
  });

  it('holds every code a server may send', () => {
    expect(WEB_SESSION_ERROR_CODES.filter((code) => !(code in KeylessError))).toEqual([]);
  });

  it('arrives as the message of an Error, socket codes on ws-error', () => {
    const failure = keylessFailure('SERVER_USER_LOCKED_OUT', { lockoutExpiresAt: new Date(0) });
    expect(failure).toBeInstanceOf(Error);
    expect(failure.message).toBe(KeylessError.SERVER_USER_LOCKED_OUT);
    expect(failure.lockoutExpiresAt).toEqual(new Date(0));
    expect('filters' in failure).toBe(false);
    const onSocket = Object.values(KeylessError).filter((code) => eventNameOf(code) === 'ws-error');
    expect(onSocket.sort()).toEqual([
      'WEB_SOCKET_ERROR',
      'WEB_SOCKET_OPEN',
      'WEB_SOCKET_TIMEOUT',
      'WEB_SOCKET_UNEXPECTED_CLOSE',
    ]);
  });
});
