import { isIPv6 } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';
import { createPlaces } from './places.ts';

/**
 * What an address is counted by: whoever has one IPv6 address has the 2^64 of its network.
 *
 * @example placeKeyOf('2001:db8::1') === placeKeyOf('2001:db8:0:0:ffff::2')
 */
export const placeKeyOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const last = tail === '' ? [] : tail.split(':');
    // A group with dots, the end of an address, stands for two.
    const count = groups.length + last.length + (tail.includes('.') ? 1 : 0);
    groups.push(...Array.from({ length: 8 - count }, () => '0'), ...last);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};

/** Places of connections by address and in all (spec 07 WS-13). */
export interface ConnectionPlaces {
  /** @throws RecognizeError TOO_MANY_REQUESTS */
  take(address: string): () => void;
}

export const createConnectionPlaces = (maxPerAddress: number, maxInAll: number): ConnectionPlaces => {
  const places = createPlaces<string>(maxPerAddress);
  let used = 0;
  return {
    take: (address) => {
      if (used >= maxInAll) throw new RecognizeError('TOO_MANY_REQUESTS');
      const release = places.take(placeKeyOf(address));
      used++;
      let isTaken = true;
      return () => {
        if (isTaken) used--;
        isTaken = false;
        release();
      };
    },
  };
};
