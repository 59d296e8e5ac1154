import { describe, expect, it } from 'vitest';
import { createSessionCookie } from './session-cookie.ts';

const token = `${'A'.repeat(42)}_`;
const plain = createSessionCookie({ name: 'operator', secure: false });
const secure = createSessionCookie({ name: 'operator', secure: true });

describe('the session cookie', () => {
  it('is out of reach of scripts and of other sites', () => {
    expect(plain.write(token, 90.9)).toBe(`operator=${token}; Max-Age=90; Path=/; HttpOnly; SameSite=Strict`);
  });

  it('is bound to https and to this host where the page is on https', () => {
    expect(secure.write(token, 90)).toBe(
      `__Host-operator=${token}; Max-Age=90; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(secure.clear()).toBe('__Host-operator=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure');
  });

  it('is found among others, by its whole name', () => {
    expect(plain.read(`a=b; operator=${token}; c=d`)).toBe(token);
    expect(plain.read(`xoperator=${token}`)).toBeUndefined();
    expect(secure.read(`operator=${token}`)).toBeUndefined();
  });

  it.each(['operator=', `operator=${token}x`, 'operator="quoted"', 'operator', '', undefined])(
    'is no session when it holds no token: %s',
    (header) => expect(plain.read(header)).toBeUndefined(),
  );

  it('never lives a negative time', () => {
    expect(plain.write(token, -5)).toContain('Max-Age=0');
  });
});
