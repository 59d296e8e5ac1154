import { RecognizeError } from '@openrecognize/contracts';
import type { JoinMessage, ResumeMessage } from '@openrecognize/contracts/ws';
import { createPeerTokens, type PeerTokens } from './peer-tokens.ts';
import { openRelayLink, type RelayedClient, type RelayLink } from './relay-link.ts';
import { createRelayPasses, type ForwardedConnection, type RelayPasses } from './relay-pass.ts';

/** Connections this replica forwards to others. */
export interface Relays {
  /**
   * Forwards a connection whose token another replica gave out; undefined where it is to be looked for here.
   *
   * @throws RecognizeError TOO_MANY_REQUESTS
   */
  open(
    message: ResumeMessage | JoinMessage,
    connection: ForwardedConnection,
    client: RelayedClient,
  ): RelayLink | undefined;
  /** Ends all of them; their clients may resume through another replica. */
  close(): void;
}

/** What a replica needs to work with others. */
export interface Peers {
  readonly tokens: PeerTokens;
  readonly passes: RelayPasses;
  readonly relays: Relays;
}

export interface CreatePeersOptions {
  readonly serviceKey: string;
  /** Of this replica, as `parsePeerAddress` gives it. */
  readonly ownAddress: string;
  readonly maxRelays: number;
  readonly now: () => number;
}

export const createPeers = (options: CreatePeersOptions): Peers => {
  const tokens = createPeerTokens(options);
  const passes = createRelayPasses(options);
  const links = new Set<RelayLink>();
  const relays: Relays = {
    open: (message, connection, client) => {
      const to = tokens.locate(message.token);
      if (to === undefined) return undefined;
      if (links.size >= options.maxRelays) throw new RecognizeError('TOO_MANY_REQUESTS');
      const link = openRelayLink({
        to,
        pass: passes.issue(to, connection),
        opening: JSON.stringify(message),
        client,
        onEnd: () => links.delete(link),
      });
      links.add(link);
      return link;
    },
    close: () => {
      for (const link of [...links]) link.abort();
    },
  };
  return { tokens, passes, relays };
};
