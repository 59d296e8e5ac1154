import {
  base64UrlToBytes,
  bytesToBase64Url,
  bytesToUtf8,
  concatBytes,
  constantTimeEqual,
  utf8ToBytes,
} from '@openrecognize/bytes';
import { encodeTranscript } from '../messages/transcript.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { CryptoSuite } from '../suite/crypto-suite.ts';

/** What a refill ticket grants: circuits of one device, from an index on, for a short while. */
export interface RefillGrant {
  readonly userId: string;
  readonly deviceId: string;
  readonly fromIndex: number;
  readonly count: number;
  readonly expiresAtMs: number;
}

/** How far past `fromIndex + count` an index may lie: a client that lost uploads has garbled further. */
const refillIndexSlack = 256;

const macOf = (suite: CryptoSuite, key: Uint8Array, body: Uint8Array): Uint8Array =>
  suite.hmacSha256(key, encodeTranscript('refill-ticket', [body]));

/**
 * Issues a ticket (spec 04 §5.3): base64url of the grant and an HMAC-SHA-256 over it. Stateless, so any replica
 * accepts it; single use follows from the indices, each of which is stored once.
 *
 * @param key 32 bytes of the vault.
 */
export const issueRefillTicket = (suite: CryptoSuite, key: Uint8Array, grant: RefillGrant): string => {
  const { userId, deviceId, fromIndex, count, expiresAtMs } = grant;
  const body = utf8ToBytes(JSON.stringify([userId, deviceId, fromIndex, count, expiresAtMs]));
  return bytesToBase64Url(concatBytes(macOf(suite, key, body), body));
};

const parseGrant = (body: Uint8Array): RefillGrant => {
  const [userId, deviceId, fromIndex, count, expiresAtMs] = JSON.parse(bytesToUtf8(body)) as [
    string,
    string,
    number,
    number,
    number,
  ];
  return { userId, deviceId, fromIndex, count, expiresAtMs };
};

/**
 * Checks a ticket for a device and the indices it is used for.
 *
 * @throws ProtocolError TICKET_REFUSED, always the same whatever is wrong.
 */
export const checkRefillTicket = (
  suite: CryptoSuite,
  key: Uint8Array,
  ticket: string,
  use: {
    readonly userId: string;
    readonly deviceId: string;
    readonly circuitIndices: readonly number[];
    readonly nowMs: number;
  },
): RefillGrant => {
  const refused = new ProtocolError('TICKET_REFUSED', 'refill ticket refused');
  let bytes: Uint8Array;
  try {
    bytes = base64UrlToBytes(ticket);
  } catch {
    throw refused;
  }
  const body = bytes.subarray(32);
  if (bytes.length < 33 || !constantTimeEqual(bytes.subarray(0, 32), macOf(suite, key, body))) throw refused;
  const grant = parseGrant(body);
  const endIndex = grant.fromIndex + grant.count + refillIndexSlack;
  const isCovered = use.circuitIndices.every((index) => index >= grant.fromIndex && index < endIndex);
  if (
    grant.userId !== use.userId ||
    grant.deviceId !== use.deviceId ||
    grant.expiresAtMs < use.nowMs ||
    use.circuitIndices.length > grant.count ||
    !isCovered
  ) {
    throw refused;
  }
  return grant;
};
