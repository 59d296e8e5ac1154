import { isRecognizeError } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { createTargetPolicy } from './target-policy.ts';

const codeOf = (run: () => void): string => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return isRecognizeError(error) ? error.code : String(error);
  }
};

describe('targets of webhooks', () => {
  it('are public addresses, whatever notation a private one comes in', () => {
    const policy = createTargetPolicy('');
    for (const address of ['93.184.216.34', '2606:2800:220:1::1']) {
      expect([address, policy.allowsAddress(address)]).toEqual([address, true]);
    }
    for (const address of [
      '127.0.0.1',
      '10.9.8.7',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      'name',
    ]) {
      expect([address, policy.allowsAddress(address)]).toEqual([address, false]);
    }
  });

  it('are private ones only where an operator listed them', () => {
    const policy = createTargetPolicy('10.1.0.0/16, fd00::/8');
    expect(['10.1.2.3', '10.2.0.1', 'fd12::1', '::1'].map(policy.allowsAddress)).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(codeOf(() => createTargetPolicy('10.0.0.0'))).toBe('CONFIG_INVALID');
    expect(codeOf(() => createTargetPolicy('nonsense/8'))).toBe('CONFIG_INVALID');
  });

  it('are named by https, or by http on this machine when that is allowed', () => {
    const open = createTargetPolicy('127.0.0.0/8');
    const strict = createTargetPolicy('');
    expect(codeOf(() => strict.assertUrl('https://hook.example/x?y'))).toBe('accepted');
    expect(codeOf(() => open.assertUrl('http://127.0.0.1:8080/'))).toBe('accepted');
    expect(codeOf(() => open.assertUrl('http://localhost:8080/'))).toBe('accepted');
    for (const url of [
      'http://127.0.0.1/',
      'http://localhost/',
      'http://hook.example/',
      'https://127.1/',
      'https://0x7f000001/',
      'https://2130706433/',
      'https://[::ffff:10.0.0.1]/',
      'https://u:p@hook.example/',
      'https://hook.example/#f',
      'ftp://hook.example/',
      'nonsense',
    ]) {
      expect([url, codeOf(() => strict.assertUrl(url))]).toEqual([url, 'BAD_REQUEST']);
    }
  });
});
