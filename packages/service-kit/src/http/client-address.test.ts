import { describe, expect, it } from 'vitest';
import { createClientAddress } from './client-address.ts';

const from = (remoteAddress: string | undefined, forwardedFor?: string | string[]) => ({
  socket: { remoteAddress },
  headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
});

describe('the address of a caller', () => {
  it('is that of the connection when no proxy is trusted, whatever a header says', () => {
    const addressOf = createClientAddress([]);
    expect(addressOf(from('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
    expect(addressOf(from('::ffff:203.0.113.7'))).toBe('203.0.113.7');
    expect(addressOf(from(undefined, '198.51.100.1'))).toBe('');
  });

  it('is the last entry that no trusted proxy stands for', () => {
    const addressOf = createClientAddress(['10.0.0.0/8', '::1']);
    expect(addressOf(from('10.0.0.1', '203.0.113.7'))).toBe('203.0.113.7');
    expect(addressOf(from('10.0.0.1', '203.0.113.7, 10.9.9.9'))).toBe('203.0.113.7');
    expect(addressOf(from('::1', ['203.0.113.7', '10.9.9.9']))).toBe('203.0.113.7');
    expect(addressOf(from('::ffff:10.0.0.1', '2001:DB8::5'))).toBe('2001:db8::5');
  });

  it('is never what the caller wrote into the header itself', () => {
    const addressOf = createClientAddress(['10.0.0.0/8']);
    expect(addressOf(from('10.0.0.1', '1.2.3.4, 203.0.113.7'))).toBe('203.0.113.7');
    expect(addressOf(from('10.0.0.1', '10.1.1.1, 203.0.113.7'))).toBe('203.0.113.7');
    expect(addressOf(from('203.0.113.7', '1.2.3.4'))).toBe('203.0.113.7');
  });

  it('is the last one known where the header ends or holds nonsense', () => {
    const addressOf = createClientAddress(['10.0.0.0/8']);
    expect(addressOf(from('10.0.0.1'))).toBe('10.0.0.1');
    expect(addressOf(from('10.0.0.1', 'unknown'))).toBe('10.0.0.1');
    expect(addressOf(from('10.0.0.1', '10.2.2.2'))).toBe('10.2.2.2');
    expect(addressOf(from('10.0.0.1', '203.0.113.7, <script>'))).toBe('10.0.0.1');
  });

  it('loses the port some proxies add', () => {
    const addressOf = createClientAddress(['10.0.0.0/8']);
    expect(addressOf(from('10.0.0.1', '203.0.113.7:5678'))).toBe('203.0.113.7');
    expect(addressOf(from('10.0.0.1', '[2001:db8::5]:5678'))).toBe('2001:db8::5');
  });
});

it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '::1/129'])(
  'does not take %s for a range of proxies',
  (range) => {
    expect(() => createClientAddress([range])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);
