import { BlockList, isIP } from 'node:net';
import { RecognizeError } from '@openrecognize/contracts';

/** What is no address of the public internet (IANA special-purpose registries). */
const SPECIAL_RANGES = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  '::/128 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8',
].join(' ');

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

const rangesOf = (text: string): BlockList => {
  const list = new BlockList();
  for (const range of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [network = '', prefix = ''] = range.split('/');
    if (isIP(network) === 0 || !/^\d{1,3}$/.test(prefix)) {
      throw new RecognizeError('CONFIG_INVALID', { details: { variables: ['WEBHOOK_PRIVATE_RANGES'] } });
    }
    list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return list;
};

export interface TargetPolicy {
  /** @throws RecognizeError BAD_REQUEST for an address that could never be delivered to */
  assertUrl(url: string): void;
  /** Whether a connection to this IP address is allowed. */
  allowsAddress(address: string): boolean;
}

/** Host of a URL without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Where webhooks may go: https to the public internet, and to the private ranges an operator has listed; plain http
 * to this machine alone, if that is listed.
 *
 * @param privateRanges CIDR ranges that are allowed though they are special, separated by commas or blanks
 */
export const createTargetPolicy = (privateRanges: string): TargetPolicy => {
  const special = rangesOf(SPECIAL_RANGES);
  const allowed = rangesOf(privateRanges);
  const allowsAddress = (address: string): boolean => {
    if (isIP(address) === 0) return false;
    const family = familyOf(address);
    return allowed.check(address, family) || !special.check(address, family);
  };
  return {
    allowsAddress,
    assertUrl(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const refuse = (reason: string): never => {
        throw new RecognizeError('BAD_REQUEST', { details: { path: '/url', reason } });
      };
      if (url === undefined) return refuse('not a URL');
      if (url.username !== '' || url.password !== '' || url.hash !== '') {
        return refuse('user, password or fragment');
      }
      const host = hostOf(url);
      const isPlain = url.protocol === 'http:' && isLoopbackHost(host);
      if (url.protocol !== 'https:' && !isPlain) return refuse('https is needed');
      const literal = host === 'localhost' ? '127.0.0.1' : host;
      if (isIP(literal) !== 0 && !allowsAddress(literal)) return refuse('private address');
    },
  };
};
