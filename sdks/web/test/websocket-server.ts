import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What a peer sent: text, bytes, or null once it is gone. */
export type PeerMessage = string | Buffer | null;

/** The server's end of a WebSocket (RFC 6455), small enough to break the rules on purpose. */
export interface Peer {
  send(text: string): void;
  /** Resolves with the next message. */
  receive(): Promise<PeerMessage>;
  /** Closes as the protocol has it. */
  close(code: number): void;
  /** Drops the connection without a word. */
  drop(): void;
  /** Writes what no server may. */
  writeRaw(bytes: Uint8Array): void;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Answers the upgrade (§4.2.2), with the first subprotocol the client names. */
export function acceptPeer(request: IncomingMessage, socket: Duplex): Peer {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
  const protocol = String(request.headers['sec-websocket-protocol'] ?? '')
    .split(',')[0]
    .trim();
  const head = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(protocol === '' ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const inbox: PeerMessage[] = [];
  const waiting: ((message: PeerMessage) => void)[] = [];
  const deliver = (message: PeerMessage) => {
    const next = waiting.shift();
    next === undefined ? inbox.push(message) : next(message);
  };
  readFrames(socket, deliver);
  return {
    send: (text) => void socket.write(frameOf(0x1, Buffer.from(text))),
    receive: () =>
      inbox.length > 0
        ? Promise.resolve(inbox.shift() as PeerMessage)
        : new Promise((resolve) => waiting.push(resolve)),
    close: (code) => {
      const body = Buffer.alloc(2);
      body.writeUInt16BE(code);
      socket.end(frameOf(0x8, body));
    },
    drop: () => void socket.destroy(),
    writeRaw: (bytes) => void socket.write(bytes),
  };
}

/** An unmasked frame (§5.2); messages of these tests are shorter than 64 KiB. */
function frameOf(opcode: number, body: Buffer): Buffer {
  const head = body.length < 126 ? Buffer.alloc(2) : Buffer.alloc(4);
  head[0] = 0x80 | opcode;
  head[1] = Math.min(body.length, 126);
  if (body.length >= 126) {
    head.writeUInt16BE(body.length, 2);
  }
  return Buffer.concat([head, body]);
}

/** Reads masked frames and joins what a browser split (§5.4). */
function readFrames(socket: Duplex, deliver: (message: PeerMessage) => void): void {
  let buffer = Buffer.alloc(0);
  let isOver = false;
  let kind = 0;
  const parts: Buffer[] = [];
  const end = () => {
    if (!isOver) {
      isOver = true;
      deliver(null);
    }
  };
  socket.on('error', end);
  socket.on('close', end);
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (let frame = takeFrame(buffer); frame !== null; frame = takeFrame(buffer)) {
      buffer = frame.rest;
      if (frame.opcode === 0x8) {
        socket.end(frameOf(0x8, frame.body.subarray(0, 2)));
        end();
      } else if (frame.opcode <= 0x2) {
        kind = frame.opcode || kind;
        parts.push(frame.body);
        if (frame.isLast) {
          const message = Buffer.concat(parts.splice(0));
          deliver(kind === 0x1 ? message.toString() : message);
        }
      }
    }
  });
}

interface Frame {
  readonly isLast: boolean;
  readonly opcode: number;
  readonly body: Buffer;
  readonly rest: Buffer<ArrayBuffer>;
}

function takeFrame(buffer: Buffer): Frame | null {
  if (buffer.length < 2) {
    return null;
  }
  const short = buffer[1] & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extra + 4;
  if (buffer.length < start) {
    return null;
  }
  const length =
    short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
  if (buffer.length < start + length) {
    return null;
  }
  const mask = buffer.subarray(2 + extra, start);
  const body = Buffer.from(buffer.subarray(start, start + length)).map((byte, i) => byte ^ mask[i % 4]);
  return {
    isLast: buffer[0] >= 0x80,
    opcode: buffer[0] & 0x0f,
    body: Buffer.from(body),
    rest: Buffer.from(buffer.subarray(start + length)),
  };
}
