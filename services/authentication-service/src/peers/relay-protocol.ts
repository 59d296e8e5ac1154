/** How two replicas speak of one forwarded connection (spec 07 §10). */

/** Path of forwarded connections; without a pass it is closed. */
export const RELAY_PATH = '/v1/web-session-relay';
export const RELAY_SUBPROTOCOL = 'openrecognize.relay.v1';
/** Header that carries the pass. */
export const RELAY_PASS_HEADER = 'x-openrecognize-relay-pass';

/**
 * What the replica with the session sends. A close is told, and not done: only the client's own close handshake proves
 * that it read everything, and the replica in between answers by `confirmed` or `unconfirmed` when it knows.
 */
export type RelaySignal =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'close'; readonly code: number }
  | { readonly type: 'alive' };

export const encodeRelaySignal = (signal: RelaySignal): string => {
  if (signal.type === 'text') return `t${signal.text}`;
  return signal.type === 'close' ? `c${signal.code}` : 'a';
};

/** Undefined for anything else. */
export const decodeRelaySignal = (data: unknown): RelaySignal | undefined => {
  if (typeof data !== 'string') return undefined;
  const rest = data.slice(1);
  if (data.startsWith('t')) return { type: 'text', text: rest };
  if (data === 'a') return { type: 'alive' };
  return /^c\d{4}$/.test(data) ? { type: 'close', code: Number(rest) } : undefined;
};

/** Close codes of the connection between the replicas. */
export const RELAY_CLOSE = {
  /** The client closed as it was asked to. */
  confirmed: 1000,
  /** The client is gone, or closed by itself. */
  unconfirmed: 4999,
} as const;
