import { RecognizeError } from '@openrecognize/contracts';

/** `http://fd00::1:8080`, as it comes of an IPv6 address put before a port. */
const bareIpv6 = /^(https?:\/\/)([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*):(\d+)\/?$/;

/**
 * Address other replicas reach this one at, in its one form: scheme, host and port.
 *
 * @throws RecognizeError CONFIG_INVALID naming PEER_ADDRESS
 */
export const parsePeerAddress = (text: string): string => {
  const url = URL.parse(text.replace(bareIpv6, '$1[$2]:$3'));
  const isOrigin =
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.href === `${url.origin}/` &&
    url.origin.length <= 255;
  if (!isOrigin) throw new RecognizeError('CONFIG_INVALID', { details: { variables: ['PEER_ADDRESS'] } });
  return url.origin;
};
