import { describe, expect, it } from 'vitest';
import { planConnection } from './connection-plan.ts';
import type { KeylessOptions } from './keyless-options.ts';

const WHOLE = {
  customer: { name: 'acme' },
  username: 'ada',
  key: { id: 'k', value: 'AAAA' },
  ws: { url: 'wss://auth.example/' },
} satisfies KeylessOptions;

const codeOf = (options: KeylessOptions | null | undefined) => planConnection('auth', options).code;

describe('options', () => {
  it('are refused with the code of the first that is missing or empty', () => {
    expect(codeOf(undefined)).toBe('OPTIONS_UNSET');
    expect(codeOf(null)).toBe('OPTIONS_UNSET');
    expect(codeOf({})).toBe('CUSTOMER_UNSET');
    expect(codeOf({ ...WHOLE, customer: { name: '' } })).toBe('CUSTOMER_UNSET');
    expect(codeOf({ ...WHOLE, username: '' })).toBe('USERNAME_UNSET');
    expect(codeOf({ ...WHOLE, key: { id: 'k' } })).toBe('KEY_UNSET');
    expect(codeOf({ ...WHOLE, key: { value: 'AAAA' } })).toBe('KEY_ID_UNSET');
    expect(codeOf({ ...WHOLE, ws: { url: '' } })).toBe('WEB_SOCKET_URL_UNSET');
    expect(codeOf({ ...WHOLE, ws: { url: 'not a url' } })).toBe('WEB_SOCKET_URL_PARSE_FAILED');
    expect(codeOf({ ...WHOLE, ws: { url: 'ftp://auth.example' } })).toBe('WEB_SOCKET_URL_PARSE_FAILED');
    expect(codeOf({ ...WHOLE, service: { url: '' } })).toBe('SERVICE_URL_UNSET');
    expect(codeOf({ ...WHOLE, service: { url: ':' } })).toBe('SERVICE_URL_PARSE_FAILED');
    expect(codeOf(WHOLE)).toBeUndefined();
  });

  it('accept an address of HTTP for the socket and drop its fragment', () => {
    const { plan } = planConnection('auth', { ...WHOLE, ws: { url: 'https://auth.example/x?y=1#z' } });
    expect(plan?.socketUrl).toBe('wss://auth.example/x?y=1');
  });

  it('derive socket and key from the address of the service', () => {
    const { plan } = planConnection('auth', {
      customer: { name: 'acme' },
      username: 'ada',
      service: { url: 'https://auth.example/base/' },
    });
    expect(plan?.socketUrl).toBe('wss://auth.example/base/v1/web-sessions');
    expect(plan?.keySource).toEqual({
      kind: 'fetched',
      url: 'https://auth.example/base/v1/image-encryption-key',
    });
  });

  it('prefer a key that is given over one that would be fetched', () => {
    const { plan } = planConnection('auth', { ...WHOLE, service: { url: 'http://localhost:1' } });
    expect(plan?.keySource).toEqual({ kind: 'given', id: 'k', value: 'AAAA' });
  });

  it('keep an explicit timeout within its bounds, and leave the server its time for the match otherwise', () => {
    expect(planConnection('auth', { ...WHOLE, wsTimeout: 1 }).plan?.answerTimeoutMs).toBe(1_000);
    expect(planConnection('auth', { ...WHOLE, wsTimeout: 1e9 }).plan?.matchTimeoutMs).toBe(120_000);
    expect(planConnection('auth', { ...WHOLE, wsTimeout: Number.NaN }).plan?.answerTimeoutMs).toBe(15_000);
    expect(planConnection('auth', WHOLE).plan?.matchTimeoutMs).toBe(35_000);
  });

  it('need neither customer nor username to join a session', () => {
    const { plan } = planConnection('auth', { key: WHOLE.key, ws: WHOLE.ws, transfer: { token: 't' } });
    expect(plan?.subject).toBeNull();
    expect(plan?.transferToken).toBe('t');
  });
});
