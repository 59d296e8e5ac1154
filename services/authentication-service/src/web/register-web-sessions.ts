import websocket from '@fastify/websocket';
import { RecognizeError } from '@openrecognize/contracts';
import {
  WEB_SESSION_CLOSE,
  WEB_SESSION_PATHS,
  WEB_SESSION_SUBPROTOCOL,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import { createClientAddress, type ServiceApp, type ServiceMetrics } from '@openrecognize/service-kit';
import type { FastifyRequest } from 'fastify';
import { sessionFailure } from '../session/session-failure.ts';
import { createPlaces } from './places.ts';
import { WebConnection } from './web-connection.ts';
import type { WebSessions } from './web-sessions.ts';

export interface RegisterWebSessionsOptions {
  readonly sessions: WebSessions;
  readonly maxConnectionsPerAddress: number;
  /** CIDR ranges whose `x-forwarded-for` counts. */
  readonly trustedProxies: readonly string[];
  readonly metrics?: ServiceMetrics | undefined;
  readonly now: () => number;
}

/** As much of a `ws` socket as is used here. */
interface WireSocket {
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
/** Close code of a connection that broke (RFC 6455 §7.4.1). */
const ABNORMAL_CLOSURE = 1006;

/** A client that reads nothing is cut off before its answers fill the memory. */
const maxBufferedBytes = 262_144;
/** How long sessions may go on when the process is to end. */
const drainGraceMs = 5_000;

const paths: ReadonlySet<string> = new Set(WEB_SESSION_PATHS);

const offersSubprotocol = ({ headers }: FastifyRequest): boolean =>
  String(headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .some((name) => name.trim() === WEB_SESSION_SUBPROTOCOL);

/** Pings until the connection is gone; two in a row without an answer cut it off. */
const watchAlive = (socket: WireSocket): void => {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, webSessionLimits.pingIntervalMs);
  socket.on('close', () => clearInterval(timer));
};

const wireOf = (socket: WireSocket) => ({
  sendText: (text: string) => {
    if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
    else socket.send(text);
  },
  close: (code: number) => {
    const isOpen = socket.readyState === OPEN;
    socket.close(code);
    // A peer that does not close in turn would keep the socket.
    setTimeout(() => socket.terminate(), 2_000).unref();
    return isOpen;
  },
});

/** Refuses upgrades of other paths and of clients that speak another protocol, before a socket exists. */
const guardUpgrades = (app: ServiceApp): void => {
  app.addHook('onRequest', async (request) => {
    if (!request.ws) return;
    if (!paths.has(request.routeOptions.url ?? '')) throw new RecognizeError('NOT_FOUND');
    if (!offersSubprotocol(request)) {
      throw new RecognizeError('BAD_REQUEST', {
        message: `Web sessions need the WebSocket subprotocol ${WEB_SESSION_SUBPROTOCOL}.`,
      });
    }
  });
};

/** Mounts the web sessions (spec 07 §1) on the service's own port. */
export const registerWebSessions = async (
  app: ServiceApp,
  options: RegisterWebSessionsOptions,
): Promise<void> => {
  const { sessions, metrics, now } = options;
  const addressOf = createClientAddress(options.trustedProxies);
  const places = createPlaces<string>(options.maxConnectionsPerAddress);
  await app.register(websocket, {
    options: {
      maxPayload: webSessionLimits.maxFrameBytes,
      handleProtocols: (offered: ReadonlySet<string>) =>
        offered.has(WEB_SESSION_SUBPROTOCOL) ? WEB_SESSION_SUBPROTOCOL : false,
    },
    // Broken frames of a client are its own affair; `ws` has closed the socket by then.
    errorHandler: (_error: Error, socket: WireSocket) => socket.terminate(),
    preClose: async () => {
      await sessions.drain(drainGraceMs);
      app.websocketServer.close();
    },
  });
  guardUpgrades(app);

  const takePlace = (address: string): (() => void) | undefined => {
    try {
      return places.take(address);
    } catch {
      return undefined;
    }
  };
  const connect = (socket: WireSocket, request: FastifyRequest): void => {
    // An upgraded request has no answer to wait for.
    metrics?.httpRequestsInFlight.labels({ service: 'authentication-service' }).dec();
    const address = addressOf(request);
    const release = takePlace(address);
    const wire = wireOf(socket);
    if (!release) {
      wire.sendText(JSON.stringify({ type: 'error', ...sessionFailure('SERVER_UNAVAILABLE_SERVICE') }));
      wire.close(WEB_SESSION_CLOSE.unavailable);
      return;
    }
    watchAlive(socket);
    const connection = new WebConnection({ wire, sessions, address, requestId: request.id, now });
    socket.on('message', (data, isBinary) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      if (isBinary) connection.binary(bytes);
      else connection.text(bytes);
    });
    socket.on('close', (code) => {
      release();
      connection.gone(code !== ABNORMAL_CLOSURE);
    });
  };
  for (const url of WEB_SESSION_PATHS) {
    app.route({
      method: 'GET',
      url,
      schema: { hide: true } as object,
      handler: async () => {
        throw new RecognizeError('NOT_FOUND');
      },
      wsHandler: (socket: unknown, request: FastifyRequest) => connect(socket as WireSocket, request),
    });
  }
};
