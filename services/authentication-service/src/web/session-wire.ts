import { type WebSessionCloseCode, webSessionLimits } from '@openrecognize/contracts/ws';
import { encodeRelaySignal } from '../peers/relay-protocol.ts';
import type { Wire } from './web-connection.ts';

/** As much of a `ws` socket as is used here. */
export interface WireSocket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(text: string): void;
  close(code: number): void;
  terminate(): void;
  ping(): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'close', listener: (code: number) => void): void;
  on(event: 'pong', listener: () => void): void;
}

/** `readyState` of a socket that neither side has closed (RFC 6455). */
const OPEN = 1;
/** A client that reads nothing is cut off before its answers fill the memory. */
const maxBufferedBytes = 262_144;
/** A peer that does not close in turn would keep the socket. */
const closeGraceMs = 2_000;

const cutOffIfFull = (socket: WireSocket): boolean => {
  const isFull = socket.bufferedAmount > maxBufferedBytes;
  if (isFull) socket.terminate();
  return isFull;
};

/**
 * Pings until the connection is gone; two in a row without an answer cut it off. (A client that pings itself and does not
 * read the answers is cut off by `ws`.)
 *
 * @param onPing told with each of them.
 */
export const watchAlive = (socket: WireSocket, onPing?: () => void): void => {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
    onPing?.();
  }, webSessionLimits.pingIntervalMs);
  socket.on('close', () => clearInterval(timer));
};

const terminateIn = (socket: WireSocket, delayMs: number): void => {
  const timer = setTimeout(() => socket.terminate(), delayMs);
  timer.unref();
  socket.on('close', () => clearTimeout(timer));
};

/** The wire of a client that is connected here. */
export const wireOf = (socket: WireSocket): Wire => ({
  sendText: (text) => {
    if (!cutOffIfFull(socket)) socket.send(text);
  },
  close: (code: WebSessionCloseCode) => {
    const isOpen = socket.readyState === OPEN;
    socket.close(code);
    terminateIn(socket, closeGraceMs);
    return isOpen;
  },
  terminate: () => socket.terminate(),
});

/** The wire of a client that is connected to another replica, which does what it is told. */
export const relayedWireOf = (socket: WireSocket): Wire & { readonly alive: () => void } => {
  const signal = (text: string): void => {
    if (!cutOffIfFull(socket) && socket.readyState === OPEN) socket.send(text);
  };
  return {
    sendText: (text) => signal(encodeRelaySignal({ type: 'text', text })),
    alive: () => signal(encodeRelaySignal({ type: 'alive' })),
    close: (code) => {
      const isOpen = socket.readyState === OPEN;
      signal(encodeRelaySignal({ type: 'close', code }));
      // The other replica has a grace of its own before it answers.
      terminateIn(socket, 2 * closeGraceMs);
      return isOpen;
    },
    terminate: () => socket.terminate(),
  };
};
