import { RecognizeError } from '@openrecognize/contracts';
import { nodeCryptoSuite } from '@openrecognize/zkb/node';
import { checkRefillTicket, issueRefillTicket, ProtocolError } from '@openrecognize/zkb/server';

/** A ticket and when it ends. */
export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAtMs: number;
}

/** Issues and checks refill tickets (spec 04 ZK-11) under one key and one life time. */
export interface RefillTickets {
  issue(grant: {
    readonly userId: string;
    readonly deviceId: string;
    readonly fromIndex: number;
    readonly count: number;
  }): IssuedTicket;
  /** @throws RecognizeError TICKET_INVALID, the same whatever is wrong */
  check(
    ticket: string,
    use: {
      readonly userId: string;
      readonly deviceId: string;
      readonly circuitIndices: readonly number[];
    },
  ): void;
}

/**
 * @param key 32 bytes, retained.
 * @param now milliseconds since the epoch.
 */
export const createRefillTickets = (
  key: Uint8Array,
  ttlSeconds: number,
  now: () => number,
): RefillTickets => ({
  issue(grant) {
    const expiresAtMs = now() + ttlSeconds * 1000;
    return { ticket: issueRefillTicket(nodeCryptoSuite, key, { ...grant, expiresAtMs }), expiresAtMs };
  },
  check(ticket, use) {
    try {
      checkRefillTicket(nodeCryptoSuite, key, ticket, { ...use, nowMs: now() });
    } catch (error) {
      if (error instanceof ProtocolError) throw new RecognizeError('TICKET_INVALID');
      throw error;
    }
  },
});
