import type { ServerMessage, WebSessionCloseCode } from '@openrecognize/contracts/ws';

/** One connection of a web session, as a session sees it. */
export interface SessionSocket {
  /** Dropped silently once the connection is closed. */
  send(message: ServerMessage): void;
  close(code: WebSessionCloseCode): void;
}
