import { isRecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { createSameOriginCheck, type RequestOrigin } from './same-origin.ts';

const codeOf = (publicUrl: string | undefined, request: RequestOrigin): string => {
  try {
    createSameOriginCheck(publicUrl)(request);
    return 'passes';
  } catch (error) {
    return isRecognizeError(error) ? error.code : 'another error';
  }
};
const local = { host: '127.0.0.1:3000', 'x-openrecognize-dashboard': '1' };
const own = { ...local, origin: 'http://127.0.0.1:3000' };

describe('the check for requests of the page itself', () => {
  it('lets the page read and change', () => {
    expect(codeOf(undefined, { method: 'GET', headers: local })).toBe('passes');
    expect(codeOf(undefined, { method: 'POST', headers: own })).toBe('passes');
    expect(codeOf(undefined, { method: 'POST', headers: { ...own, 'sec-fetch-site': 'same-origin' } })).toBe(
      'passes',
    );
  });

  it('refuses a change without origin, and any request with a foreign one', () => {
    expect(codeOf(undefined, { method: 'POST', headers: local })).toBe('FORBIDDEN');
    for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1:3000', 'http://127.0.0.1:3001']) {
      for (const method of ['GET', 'DELETE']) {
        expect(codeOf(undefined, { method, headers: { ...local, origin } })).toBe('FORBIDDEN');
      }
    }
  });

  it('refuses a request without the header of the page, which no form can send', () => {
    for (const value of [undefined, '', '0']) {
      const headers = { ...own, 'x-openrecognize-dashboard': value };
      expect(codeOf(undefined, { method: 'POST', headers })).toBe('FORBIDDEN');
      expect(codeOf(undefined, { method: 'GET', headers })).toBe('FORBIDDEN');
    }
  });

  it('refuses what the browser says comes from another site', () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(codeOf(undefined, { method: 'GET', headers: { ...local, 'sec-fetch-site': site } })).toBe(
        'FORBIDDEN',
      );
    }
  });

  it('without a public address answers to names of this machine alone', () => {
    for (const host of ['localhost:3000', '[::1]:3000', '127.0.0.1']) {
      expect(codeOf(undefined, { method: 'GET', headers: { ...local, host } })).toBe('passes');
    }
    for (const host of ['dashboard.example', '127.0.0.1.evil.example', '', undefined]) {
      expect(codeOf(undefined, { method: 'GET', headers: { ...local, host } })).toBe('FORBIDDEN');
    }
  });

  it('with a public address takes its origin alone', () => {
    const url = 'https://dashboard.example/';
    const headers = { ...local, host: 'inner:3000', origin: 'https://dashboard.example' };
    expect(codeOf(url, { method: 'POST', headers })).toBe('passes');
    expect(codeOf(url, { method: 'POST', headers: { ...own } })).toBe('FORBIDDEN');
  });
});
