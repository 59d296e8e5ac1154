import { describe, expect, it } from 'vitest';
import { createConnectionPlaces, placeKeyOf } from './connection-places.ts';

describe('the key an address is counted by (WS-13)', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff::2', '2001:db8:0:0::/64'],
    ['2001:0DB8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
    ['', ''],
  ])('of %s is %s', (address, key) => {
    expect(placeKeyOf(address)).toBe(key);
  });
});

describe('places of connections (WS-13)', () => {
  const refused = expect.objectContaining({ code: 'TOO_MANY_REQUESTS' });

  it('are bounded for a network and in all, and come back once each', () => {
    const places = createConnectionPlaces(2, 3);
    const first = places.take('2001:db8::1');
    places.take('2001:db8::2');
    expect(() => places.take('2001:db8::3')).toThrow(refused);
    places.take('192.0.2.1');
    expect(() => places.take('192.0.2.2')).toThrow(refused);
    first();
    first();
    places.take('192.0.2.2');
    expect(() => places.take('192.0.2.3')).toThrow(refused);
  });
});
