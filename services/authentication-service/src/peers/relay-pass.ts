import { createHmac, timingSafeEqual } from 'node:crypto';
import { peerKey } from './peer-tokens.ts';

/** What a replica says about the connection it forwards. */
export interface ForwardedConnection {
  /** Of the client, as the replica it came to found it. */
  readonly client: string;
  readonly requestId: string;
}

/** Proof that a forwarded connection comes from a replica of this installation (spec 07 WS-15). */
export interface RelayPasses {
  /** @param to address of the replica the pass is for: no other one takes it. */
  issue(to: string, connection: ForwardedConnection): string;
  /** Undefined for a pass that is altered, too old or for another replica. */
  check(pass: string): ForwardedConnection | undefined;
}

export interface RelayPassesOptions {
  readonly serviceKey: string;
  readonly ownAddress: string;
  readonly now: () => number;
}

/** Clocks of two machines, and the way of the request. */
const toleranceMs = 60_000;
const maxPassCharacters = 2_048;

/** Passes under HMAC-SHA-256 of a key derived from the service key, which itself never goes to a peer. */
export const createRelayPasses = ({ serviceKey, ownAddress, now }: RelayPassesOptions): RelayPasses => {
  const key = peerKey(serviceKey, 'relay pass');
  const tagOf = (body: string): Buffer => createHmac('sha256', key).update(body).digest();
  return {
    issue: (to, { client, requestId }) => {
      const body = Buffer.from(JSON.stringify({ to, client, requestId, atMs: now() })).toString('base64url');
      return `${body}.${tagOf(body).toString('base64url')}`;
    },
    check: (pass) => {
      if (pass.length > maxPassCharacters) return undefined;
      const [body = '', tag = ''] = pass.split('.');
      const given = Buffer.from(tag, 'base64url');
      const wanted = tagOf(body);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      // Written by `issue`: the tag says so.
      const { to, client, requestId, atMs } = JSON.parse(
        Buffer.from(body, 'base64url').toString(),
      ) as ForwardedConnection & { readonly to: string; readonly atMs: number };
      return to === ownAddress && Math.abs(now() - atMs) <= toleranceMs ? { client, requestId } : undefined;
    },
  };
};
