import { describe, expect, it } from 'vitest';
import { parsePeerAddress } from './peer-address.ts';

describe('the address of a replica', () => {
  it.each([
    ['http://10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['http://10.0.0.7:8080/', 'http://10.0.0.7:8080'],
    ['https://web-1.internal', 'https://web-1.internal'],
    ['http://[fd00::1]:8080', 'http://[fd00::1]:8080'],
    ['http://fd00::1:8080', 'http://[fd00::1]:8080'],
  ])('%s has one form', (text, address) => {
    expect(parsePeerAddress(text)).toBe(address);
  });

  it.each([
    '10.0.0.7:8080',
    'ws://10.0.0.7',
    'http://10.0.0.7/path',
    'http://user:password@10.0.0.7',
    'http://10.0.0.7/?q',
    'http://',
    `http://${'a'.repeat(255)}`,
  ])('%s is refused', (text) => {
    expect(() => parsePeerAddress(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { variables: ['PEER_ADDRESS'] } }),
    );
  });
});
