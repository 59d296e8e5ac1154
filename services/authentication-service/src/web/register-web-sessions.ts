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
import type { ForwardedConnection } from '../peers/relay-pass.ts';
import { RELAY_CLOSE, RELAY_PASS_HEADER, RELAY_PATH, RELAY_SUBPROTOCOL } from '../peers/relay-protocol.ts';
import type { Peers } from '../peers/relays.ts';
import { sessionFailure } from '../session/session-failure.ts';
import { createConnectionPlaces } from './connection-places.ts';
import { relayedWireOf, type WireSocket, watchAlive, wireOf } from './session-wire.ts';
import { WebConnection, type WebConnectionOptions } from './web-connection.ts';
import type { WebSessions } from './web-sessions.ts';

export interface RegisterWebSessionsOptions {
  readonly sessions: WebSessions;
  readonly maxConnectionsPerAddress: number;
  /** Open connections of all addresses. */
  readonly maxConnections: number;
  /** CIDR ranges whose `x-forwarded-for` counts. */
  readonly trustedProxies: readonly string[];
  /** Absent where this is the only replica. */
  readonly peers?: Peers | undefined;
  readonly metrics?: ServiceMetrics | undefined;
  readonly now: () => number;
}

/** Close code of a connection that broke (RFC 6455 §7.4.1). */
const ABNORMAL_CLOSURE = 1006;
/** How long sessions may go on when the process is to end. */
const drainGraceMs = 5_000;

const subprotocolOf = (url: string | undefined): string | undefined => {
  if (url === RELAY_PATH) return RELAY_SUBPROTOCOL;
  return (WEB_SESSION_PATHS as readonly (string | undefined)[]).includes(url)
    ? WEB_SESSION_SUBPROTOCOL
    : undefined;
};

const offers = ({ headers }: FastifyRequest, subprotocol: string): boolean =>
  String(headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .some((name) => name.trim() === subprotocol);

/** Refuses upgrades of other paths and of clients that speak another protocol, before a socket exists. */
const guardUpgrades = (app: ServiceApp): void => {
  app.addHook('onRequest', async (request) => {
    if (!request.ws) return;
    const subprotocol = subprotocolOf(request.routeOptions.url);
    if (subprotocol === undefined) throw new RecognizeError('NOT_FOUND');
    if (!offers(request, subprotocol)) {
      throw new RecognizeError('BAD_REQUEST', {
        message: `Web sessions need the WebSocket subprotocol ${subprotocol}.`,
      });
    }
  });
};

const listen = (
  socket: WireSocket,
  connection: WebConnection,
  isConfirmed: (code: number) => boolean,
): void => {
  socket.on('message', (data, isBinary) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (isBinary) connection.binary(bytes);
    else connection.text(bytes);
  });
  socket.on('close', (code) => connection.gone(isConfirmed(code)));
};

/** Mounts the sockets of one path. */
const mountSockets = (
  app: ServiceApp,
  url: string,
  connect: (socket: WireSocket, request: FastifyRequest) => void,
  onRequest: (request: FastifyRequest) => Promise<void> = async () => {},
): void => {
  app.route({
    method: 'GET',
    url,
    schema: { hide: true } as object,
    onRequest,
    handler: async () => {
      throw new RecognizeError('NOT_FOUND');
    },
    wsHandler: (socket: unknown, request: FastifyRequest) => connect(socket as WireSocket, request),
  });
};

const passOf = (passes: Peers['passes'], request: FastifyRequest): ForwardedConnection => {
  const connection = passes.check(String(request.headers[RELAY_PASS_HEADER] ?? ''));
  if (!connection) throw new RecognizeError('SERVICE_KEY_INVALID');
  return connection;
};

/** Sockets need the plugin before any route; sessions end before the sockets do. */
const registerSockets = async (
  app: ServiceApp,
  { sessions, peers }: RegisterWebSessionsOptions,
): Promise<void> => {
  await app.register(websocket, {
    options: {
      maxPayload: webSessionLimits.maxFrameBytes,
      handleProtocols: (offered: ReadonlySet<string>) =>
        [WEB_SESSION_SUBPROTOCOL, RELAY_SUBPROTOCOL].find((name) => offered.has(name)) ?? false,
    },
    // Broken frames of a client are its own affair; `ws` has closed the socket by then.
    errorHandler: (_error: Error, socket: WireSocket) => socket.terminate(),
    preClose: async () => {
      await sessions.drain(drainGraceMs);
      peers?.relays.close();
      app.websocketServer.close();
    },
  });
  guardUpgrades(app);
};

/** Mounts the web sessions (spec 07 §1, §10) on the service's own port. */
export const registerWebSessions = async (
  app: ServiceApp,
  options: RegisterWebSessionsOptions,
): Promise<void> => {
  const { sessions, metrics, now, peers } = options;
  const addressOf = createClientAddress(options.trustedProxies);
  const places = createConnectionPlaces(options.maxConnectionsPerAddress, options.maxConnections);
  await registerSockets(app, options);

  /** The connection, or undefined where there was no place for it. */
  const admit = (
    socket: WireSocket,
    from: Omit<WebConnectionOptions, 'sessions' | 'now'>,
  ): WebConnection | undefined => {
    // An upgraded request has no answer to wait for.
    metrics?.httpRequestsInFlight.labels({ service: 'authentication-service' }).dec();
    try {
      socket.on('close', places.take(from.address));
      return new WebConnection({ ...from, sessions, now });
    } catch {
      from.wire.sendText(JSON.stringify({ type: 'error', ...sessionFailure('SERVER_UNAVAILABLE_SERVICE') }));
      from.wire.close(WEB_SESSION_CLOSE.unavailable);
      return undefined;
    }
  };

  const connect = (socket: WireSocket, request: FastifyRequest): void => {
    const wire = wireOf(socket);
    watchAlive(socket);
    const relays = peers?.relays;
    const connection = admit(socket, { wire, address: addressOf(request), requestId: request.id, relays });
    if (connection) listen(socket, connection, (code) => code !== ABNORMAL_CLOSURE);
  };
  for (const url of WEB_SESSION_PATHS) mountSockets(app, url, connect);

  if (!peers) return;
  const takeForwarded = (socket: WireSocket, request: FastifyRequest): void => {
    const wire = relayedWireOf(socket);
    watchAlive(socket, wire.alive);
    const { client, requestId } = passOf(peers.passes, request);
    const connection = admit(socket, { wire, address: client, requestId });
    if (connection) listen(socket, connection, (code) => code === RELAY_CLOSE.confirmed);
  };
  mountSockets(app, RELAY_PATH, takeForwarded, async (request) => {
    if (request.ws) passOf(peers.passes, request);
  });
};
