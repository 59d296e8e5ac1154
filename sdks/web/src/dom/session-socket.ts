import { type ClientMessage, WEB_SESSION_SUBPROTOCOL } from '@openrecognize/contracts/ws';

/** What a socket tells its owner. `closed` is called once, and last. */
export interface SessionSocketEvents {
  open(): void;
  /** Text of a message; the empty text for a binary one, which no server of this protocol sends. */
  message(text: string): void;
  error(): void;
  closed(code: number): void;
}

/** One connection of an attempt. */
export interface SessionSocket {
  send(message: ClientMessage): void;
  sendFrame(bytes: Uint8Array<ArrayBuffer>): void;
  close(code: number): void;
}

/**
 * Connects. What is sent while the socket isn't open is dropped: its `closed` is on the way.
 * @throws DOMException for an address that no socket may have here, such as `ws:` on a page of `https:`
 */
export function openSessionSocket(url: string, events: SessionSocketEvents): SessionSocket {
  const socket = new WebSocket(url, WEB_SESSION_SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => events.open());
  socket.addEventListener('message', ({ data }) => events.message(typeof data === 'string' ? data : ''));
  socket.addEventListener('error', () => events.error());
  socket.addEventListener('close', ({ code }) => events.closed(code));
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  return {
    send(message) {
      if (isOpen()) {
        socket.send(JSON.stringify(message));
      }
    },
    sendFrame(bytes) {
      if (isOpen()) {
        socket.send(bytes);
      }
    },
    close(code) {
      socket.close(code);
    },
  };
}
