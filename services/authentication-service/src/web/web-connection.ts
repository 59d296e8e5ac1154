import {
  type ClientMessage,
  closeCodeOf,
  type ServerMessage,
  type WebSessionCloseCode,
  type WebSessionErrorCode,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import type { RelayLink } from '../peers/relay-link.ts';
import type { Relays } from '../peers/relays.ts';
import type { SessionSocket } from '../ports/session-socket.ts';
import { parseClientMessage } from '../session/parse-client-message.ts';
import { sessionFailure, sessionFailureOf } from '../session/session-failure.ts';
import type { SessionFailure } from '../session/session-state.ts';
import type { LiveSession } from './live-session.ts';
import { type Budget, createBudget } from './message-budget.ts';
import type { WebSessions } from './web-sessions.ts';

/** The few things a connection needs of its socket. */
export interface Wire {
  sendText(text: string): void;
  /** @returns whether the connection was still open: what was sent before can have arrived. */
  close(code: WebSessionCloseCode): boolean;
  /** Breaks the connection off, so that its client may resume. */
  terminate(): void;
}

/** Control messages a connection may send at once, and then in a second. */
const controlBudget = { burst: 20, perSecond: 2 } as const;
/** Frames: one is in flight at a time anyhow, and a session has so many; this bounds those that count for nothing. */
const frameBudget = { burst: webSessionLimits.maxFrames, perSecond: 2 * webSessionLimits.maxFramesPerSecond };

export interface WebConnectionOptions {
  readonly wire: Wire;
  readonly sessions: WebSessions;
  /** Of the client, behind trusted proxies. */
  readonly address: string;
  /** Names the connection's request in logs here and behind. */
  readonly requestId: string;
  readonly now: () => number;
  /** Ways to other replicas; absent for a connection that one of them forwards: it goes no further (WS-15). */
  readonly relays?: Relays | undefined;
}

/** One connection: from its first message to the session it belongs to. Takes any bytes, never throws. */
export class WebConnection implements SessionSocket {
  readonly #options: WebConnectionOptions;
  readonly #helloTimer: NodeJS.Timeout;
  #session: LiveSession | undefined;
  /** Another replica has the session. */
  #relay: RelayLink | undefined;
  /** The first message came; what it asks for may still be under way. */
  #isOpened = false;
  #isClosed = false;
  #wasOpen = false;
  readonly #controls: Budget;
  readonly #frames: Budget;

  constructor(options: WebConnectionOptions) {
    this.#options = options;
    this.#controls = createBudget(controlBudget, options.now);
    this.#frames = createBudget(frameBudget, options.now);
    this.#helloTimer = setTimeout(
      () => this.#refuse(sessionFailure('SERVER_TIMEOUT')),
      webSessionLimits.helloTimeoutMs,
    );
  }

  send(message: ServerMessage): void {
    if (!this.#isClosed) this.#options.wire.sendText(JSON.stringify(message));
  }

  close(code: WebSessionCloseCode): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#helloTimer);
    this.#wasOpen = this.#options.wire.close(code);
  }

  /** The socket is gone; `isHandshake` when both sides said so. */
  gone(isHandshake: boolean): void {
    this.#isClosed = true;
    clearTimeout(this.#helloTimer);
    this.#session?.gone(this, isHandshake && this.#wasOpen);
    this.#relay?.gone(isHandshake);
  }

  text(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#relay) {
      this.#relay.text(bytes);
      return;
    }
    const isTooMuch = bytes.length > webSessionLimits.maxControlBytes || !this.#controls.spend();
    const message = isTooMuch ? null : parseClientMessage(bytes);
    if (message) this.#take(message);
    else this.#protest('SERVER_VALIDATION_FAILED');
  }

  binary(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#relay) this.#relay.binary(bytes);
    else if (this.#session && this.#frames.spend()) this.#session.frame(this, bytes);
    else this.#protest('SERVER_UNPROCESSABLE_EVENT');
  }

  #take(message: ClientMessage): void {
    const isOpening = message.type === 'hello' || message.type === 'resume' || message.type === 'join';
    if (isOpening && !this.#isOpened) {
      this.#isOpened = true;
      clearTimeout(this.#helloTimer);
      if (!this.#forward(message)) void this.#open(message);
    } else if (message.type === 'cancel' && this.#session) {
      this.#session.cancel(this);
    } else if (message.type === 'request-transfer' && this.#session) {
      this.#options.sessions.requestTransfer(this.#session, this);
    } else {
      this.#protest('SERVER_UNPROCESSABLE_EVENT');
    }
  }

  /** Hands the connection to the replica that has its session; false where that may be this one. */
  #forward(message: Parameters<WebSessions['open']>[0]): boolean {
    const { wire, relays, address, requestId, now } = this.#options;
    if (message.type === 'hello' || !relays) return false;
    try {
      this.#relay = relays.open(
        message,
        { client: address, requestId },
        {
          sendText: (text) => {
            if (!this.#isClosed) wire.sendText(text);
          },
          close: (code) => {
            this.close(code);
            return this.#wasOpen;
          },
          unreachable: () => this.#refuse(sessionFailure('SERVER_TIMEOUT')),
          broken: () => wire.terminate(),
        },
      );
      return this.#relay !== undefined;
    } catch (error) {
      this.#refuse(sessionFailureOf(error, now()));
      return true;
    }
  }

  async #open(message: Parameters<WebSessions['open']>[0]): Promise<void> {
    const { sessions, address, requestId } = this.#options;
    try {
      await sessions.open(message, {
        socket: this,
        address,
        context: { requestId },
        bind: (session) => {
          this.#session = session;
        },
      });
      if (this.#isClosed) this.#session?.gone(this, false);
    } catch (error) {
      this.#refuse(sessionFailureOf(error, this.#options.now()));
    }
  }

  /** A message out of order ends the session it came for, or the connection where there is none yet. */
  #protest(code: WebSessionErrorCode): void {
    const failure = sessionFailure(code);
    if (this.#session?.roleOf(this)) this.#session.failWith(failure);
    this.#refuse(failure);
  }

  #refuse(failure: SessionFailure): void {
    this.send({ type: 'error', ...failure });
    this.close(closeCodeOf(failure.code));
  }
}
