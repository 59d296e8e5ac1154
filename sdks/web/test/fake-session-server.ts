import { constants, createDecipheriv, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BeginStreamMessage,
  type ClientMessage,
  decodeFrameHeader,
  encodeFrameContext,
  FRAME_HEADER_BYTES,
  type FrameContext,
  type FrameHeader,
  type FrameResultsMessage,
  frameAssociatedData,
  frameNonce,
  SERVER_FILTER_NAMES,
  type ServerMessage,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import { acceptPeer, type Peer } from './websocket-server.ts';

/** A frame as the server sees it once it is opened. */
export interface OpenedFrame {
  readonly header: FrameHeader;
  readonly picture: Buffer;
}

/** One connection, with the keys that its first message brought. */
export interface SessionPeer {
  readonly peer: Peer;
  send(message: ServerMessage | Readonly<Record<string, unknown>>): void;
  receive(): Promise<ClientMessage | null>;
  /** Opens the next frame; throws when it isn't bound to this context. */
  receiveFrame(context: FrameContext): Promise<OpenedFrame | null>;
}

export interface FakeSessionServer {
  readonly origin: string;
  readonly socketUrl: string;
  readonly key: { readonly id: string; readonly value: string };
  close(): Promise<void>;
}

export interface FakeServerOptions {
  /** What happens on a connection. */
  readonly serve: (session: SessionPeer) => Promise<void>;
  /** Other requests; default 404. */
  readonly respond?: (request: IncomingMessage, response: ServerResponse) => void;
}

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY_ID = 'test-key';

/** A server of the web session for tests: real keys and frames, its course told by the test. */
export async function startFakeServer({ serve, respond }: FakeServerOptions): Promise<FakeSessionServer> {
  const server = createServer((request, response) =>
    respond === undefined ? response.writeHead(404).end() : respond(request, response),
  );
  const peers = new Set<Peer>();
  server.on('upgrade', (request, socket) => {
    const peer = acceptPeer(request, socket);
    peers.add(peer);
    serve(sessionOf(peer)).catch((error: unknown) => {
      console.error(error);
      peer.drop();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}/`,
    key: { id: KEY_ID, value: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
    close: async () => {
      for (const peer of peers) {
        peer.drop();
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sessionOf(peer: Peer): SessionPeer {
  let contentKey = Buffer.alloc(0);
  let nextSequence = 0;
  return {
    peer,
    send: (message) => peer.send(JSON.stringify(message)),
    receive: async () => {
      const text = await peer.receive();
      if (typeof text !== 'string') {
        return null;
      }
      const message = JSON.parse(text) as ClientMessage;
      if ('key' in message) {
        contentKey = unwrap(message.key.wrapped);
        nextSequence = 0;
      }
      return message;
    },
    receiveFrame: async (context) => {
      const message = await peer.receive();
      if (message === null || typeof message === 'string') {
        return null;
      }
      const frame = openFrame(message, contentKey, context);
      if (frame.header.sequence !== nextSequence) {
        throw new Error(`frame ${frame.header.sequence} instead of ${nextSequence}`);
      }
      nextSequence += 1;
      return frame;
    },
  };
}

function unwrap(wrapped: string): Buffer<ArrayBuffer> {
  const key = privateDecrypt(
    { key: pair.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    Buffer.from(wrapped, 'base64'),
  );
  return Buffer.from(key);
}

/** Node's cryptography, so that the browser's is checked against another. */
function openFrame(message: Buffer, key: Buffer, context: FrameContext): OpenedFrame {
  const header = decodeFrameHeader(message);
  if (header === null) {
    throw new Error('header of a frame');
  }
  const contextHash = createHash('sha256').update(encodeFrameContext(context)).digest();
  const decipher = createDecipheriv('aes-256-gcm', key, frameNonce(header.sequence));
  decipher.setAAD(frameAssociatedData(message, contextHash));
  decipher.setAuthTag(message.subarray(-webSessionLimits.tagBytes));
  const body = message.subarray(FRAME_HEADER_BYTES, -webSessionLimits.tagBytes);
  return { header, picture: Buffer.concat([decipher.update(body), decipher.final()]) };
}

/** A `begin-stream` as the service sends it. */
export function beginStream(changes: Partial<BeginStreamMessage> = {}): BeginStreamMessage {
  const { maxFrameBytes, frameTimeoutMs, sessionTimeoutMs, maxFramesPerSecond } = webSessionLimits;
  return {
    type: 'begin-stream',
    sessionId: 'AAAAAAAAAAAAAAAAAAAAAA',
    resumeToken: 'B'.repeat(43),
    stream: 0,
    limits: { maxFrameBytes, frameTimeoutMs, sessionTimeoutMs, maxFramesPerSecond },
    ...changes,
  };
}

/** `frame-results` with the named filters triggered. */
export function frameResults(
  sequence: number,
  triggered: readonly string[] = [],
  changes: Partial<FrameResultsMessage> = {},
): FrameResultsMessage {
  return {
    type: 'frame-results',
    sequence,
    accepted: triggered.length === 0,
    filters: SERVER_FILTER_NAMES.map((name) => ({
      name,
      triggered: triggered.includes(name),
      value: 0,
      threshold: 1,
    })),
    ...changes,
  };
}
