import { BlockList, isIP } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';

/** What the address of a caller is read from. */
export interface AddressedRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;
/** `1.2.3.4:5678` and `[::1]:5678`, as some proxies write it. */
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** @throws RecognizeError CONFIG_INVALID naming TRUSTED_PROXIES */
const rangesOf = (ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix = String(isIP(network) === 4 ? 32 : 128), more] = range.split('/');
    const most = isIP(network) === 4 ? 32 : 128;
    if (isIP(network) === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > most || more !== undefined) {
      throw new RecognizeError('CONFIG_INVALID', { details: { variables: ['TRUSTED_PROXIES'] } });
    }
    list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return list;
};

/** An address in its one form, or undefined for what is none. */
const addressOf = (text: string): string | undefined => {
  const bare = WITH_PORT.exec(text.trim());
  const address = (bare?.[1] ?? bare?.[2] ?? text.trim()).replace(MAPPED_IPV4, '').toLowerCase();
  return isIP(address) === 0 ? undefined : address;
};

/**
 * Finds the address of a caller behind proxies. `x-forwarded-for` is read from its end, entry by entry, as long as the
 * address before was a proxy we trust: what a caller wrote into the header itself is never reached.
 *
 * @param trustedProxies CIDR ranges or single addresses; empty: the header counts for nothing
 * @returns the address, or '' when the connection is gone already
 * @throws RecognizeError CONFIG_INVALID naming TRUSTED_PROXIES
 */
export const createClientAddress = (
  trustedProxies: readonly string[],
): ((request: AddressedRequest) => string) => {
  const trusted = rangesOf(trustedProxies);
  return ({ socket, headers }) => {
    let address = addressOf(socket.remoteAddress ?? '');
    if (address === undefined) return '';
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    while (trusted.check(address, familyOf(address))) {
      const before = addressOf(forwarded.pop() ?? '');
      if (before === undefined) break;
      address = before;
    }
    return address;
  };
};
