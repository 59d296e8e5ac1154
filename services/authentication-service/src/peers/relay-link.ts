import type { WebSessionCloseCode } from '@openrecognize/contracts/ws';
import { webSessionLimits } from '@openrecognize/contracts/ws';
import {
  decodeRelaySignal,
  RELAY_CLOSE,
  RELAY_PASS_HEADER,
  RELAY_PATH,
  RELAY_SUBPROTOCOL,
} from './relay-protocol.ts';

/** What a link does to the client's connection. */
export interface RelayedClient {
  sendText(text: string): void;
  /** @returns whether the connection was still open. */
  close(code: WebSessionCloseCode): boolean;
  /** The replica could not be reached: its sessions are gone. */
  unreachable(): void;
  /** The link broke after it stood: the client may resume. */
  broken(): void;
}

/** A client's connection on its way to the replica that has its session. */
export interface RelayLink {
  text(bytes: Uint8Array): void;
  binary(bytes: Uint8Array): void;
  /** The client is gone; `isHandshake` when both sides said so. */
  gone(isHandshake: boolean): void;
  /** Gives up, as if the other replica were gone. */
  abort(): void;
}

export interface OpenRelayLinkOptions {
  /** Address of the replica, out of a token that was sealed by one. */
  readonly to: string;
  readonly pass: string;
  /** First message: `resume` or `join`. */
  readonly opening: string;
  readonly client: RelayedClient;
  readonly onEnd: () => void;
}

const connectTimeoutMs = 3_000;
/** Two signs of life of the other replica and some. */
const silenceMs = 2.5 * webSessionLimits.pingIntervalMs;
/** A frame that is under way and the next one. */
const maxBufferedBytes = 2 * webSessionLimits.maxFrameBytes + webSessionLimits.maxControlBytes;

/** Headers of a handshake are Node's own: the types of browsers, which share this class, know none. */
export const connectToReplica = (to: string, pass: string): WebSocket =>
  Reflect.construct(WebSocket, [
    to.replace(/^http/, 'ws') + RELAY_PATH,
    { protocols: [RELAY_SUBPROTOCOL], headers: { [RELAY_PASS_HEADER]: pass } },
  ]) as WebSocket;

/** Opens a link to another replica. Takes any bytes, never throws; ends by itself when either side does. */
export const openRelayLink = ({ to, pass, opening, client, onEnd }: OpenRelayLinkOptions): RelayLink => {
  const socket = connectToReplica(to, pass);
  let isOpen = false;
  let isEnded = false;
  /** The other side asked for the close of a connection that was open then. */
  let isCloseAsked = false;

  const end = (code: number, tell?: () => void): void => {
    if (isEnded) return;
    isEnded = true;
    clearTimeout(timer);
    socket.close(code);
    onEnd();
    tell?.();
  };
  const fail = (): void => end(RELAY_CLOSE.unconfirmed, isOpen ? client.broken : client.unreachable);
  let timer = setTimeout(fail, connectTimeoutMs);
  const awaitSign = (): void => {
    clearTimeout(timer);
    timer = setTimeout(fail, silenceMs);
  };
  const forward = (data: string | Uint8Array<ArrayBuffer>): void => {
    if (isEnded || !isOpen) return;
    if (socket.bufferedAmount > maxBufferedBytes) fail();
    else socket.send(data);
  };

  socket.addEventListener('open', () => {
    if (isEnded) return;
    isOpen = true;
    awaitSign();
    socket.send(opening);
  });
  socket.addEventListener('message', ({ data }) => {
    if (isEnded) return;
    awaitSign();
    const signal = decodeRelaySignal(data);
    if (signal === undefined) fail();
    else if (signal.type === 'text') client.sendText(signal.text);
    else if (signal.type === 'close') isCloseAsked = client.close(signal.code as WebSessionCloseCode);
  });
  socket.addEventListener('error', fail);
  socket.addEventListener('close', fail);

  return {
    text: (bytes) => forward(Buffer.from(bytes).toString()),
    // Sending is asynchronous: the bytes may not be those of a buffer that is used again.
    binary: (bytes) => forward(Uint8Array.from(bytes)),
    gone: (isHandshake) => end(isHandshake && isCloseAsked ? RELAY_CLOSE.confirmed : RELAY_CLOSE.unconfirmed),
    abort: fail,
  };
};
