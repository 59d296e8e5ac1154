import {
  constants,
  createCipheriv,
  createHash,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import {
  type BeginStreamMessage,
  type ClientMessage,
  encodeFrameContext,
  encodeFrameHeader,
  type FrameEncoding,
  frameAssociatedData,
  frameNonce,
  type HelloMessage,
  type ServerMessage,
  WEB_SESSION_SUBPROTOCOL,
  type WebSessionSubject,
} from '@openrecognize/contracts/ws';

/** One picture as a camera gives it. */
export interface Picture {
  readonly encoding: FrameEncoding;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Public half of the image encryption key, as `GET /v1/image-encryption-key` gives it out. */
export interface EncryptionKey {
  readonly id: string;
  readonly publicKey: KeyObject;
}

/** Options of a session, less what the client makes itself. */
export type SessionWish = Omit<HelloMessage, 'type' | 'version' | 'key' | 'encoding'> & {
  readonly encoding?: FrameEncoding;
};

/** What changes a frame on its way, for tests of what a server must refuse. */
export interface FrameTampering {
  readonly sequence?: number;
  readonly flashStep?: number;
  readonly capturedAtMs?: number;
  /** Bound into the associated data in place of the session's own. */
  readonly subject?: Partial<WebSessionSubject>;
  readonly sessionId?: string;
  /** Changes the whole message after it was encrypted. */
  readonly damage?: (message: Uint8Array) => void;
}

/** Wraps a fresh AES-256 key for one connection. */
export const freshKey = (encryptionKey: EncryptionKey) => {
  const key = randomBytes(32);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: encryptionKey.publicKey, padding, oaepHash: 'sha256' }, key);
  return { key, message: { id: encryptionKey.id, wrapped: wrapped.toString('base64') } };
};

/**
 * A client of the web session over Node's own WebSocket (spec 07), written to be read: connect, say hello, then send a
 * frame after `begin-stream` and after each `frame-results`. A browser does the same with WebCrypto.
 *
 * @example
 * const client = await WebClient.connect('ws://127.0.0.1:8080');
 * const key = freshKey(encryptionKey);
 * client.hello({ flow: 'auth', customer: { name: 'demo' }, username: 'ann' }, key);
 * const last = await client.run(nextPicture); // `finished` or `error`
 */
export class WebClient {
  readonly #socket: WebSocket;
  readonly #inbox: ServerMessage[] = [];
  readonly #waiting: ((message: ServerMessage | undefined) => void)[] = [];
  #key: Uint8Array = new Uint8Array(32);
  #subject: WebSessionSubject | undefined;
  #stream: BeginStreamMessage | undefined;
  #startedMs = 0;
  #sequence = 0;
  #flashStep = 0;
  /** Settles with the close code. */
  readonly closed: Promise<number>;
  readonly received: ServerMessage[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => {
        resolve(code);
        for (const give of this.#waiting.splice(0)) give(undefined);
      });
    });
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(data as string)));
  }

  static async connect(url: string, protocol = WEB_SESSION_SUBPROTOCOL): Promise<WebClient> {
    const socket = new WebSocket(url, protocol);
    const client = new WebClient(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error('no connection')), { once: true });
    });
    return client;
  }

  #receive(message: ServerMessage): void {
    this.received.push(message);
    if (message.type === 'begin-stream') {
      this.#stream = message;
      this.#subject = message.subject ?? this.#subject;
      this.#sequence = 0;
      this.#startedMs = performance.now();
    }
    if ('flash' in message && message.flash) this.#flashStep = message.flash.step;
    const give = this.#waiting.shift();
    if (give) give(message);
    else this.#inbox.push(message);
  }

  /** The next message of the server; undefined once the connection is closed. */
  async next(): Promise<ServerMessage | undefined> {
    const message = this.#inbox.shift();
    if (message || this.#socket.readyState > WebSocket.OPEN) return message;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next message, which has to be of that type. */
  async expect<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    const message = await this.next();
    if (message?.type !== type) {
      throw new Error(
        `expected ${type}, got ${JSON.stringify(message)} ${await Promise.race([this.closed, 'open'])}`,
      );
    }
    return message as Extract<ServerMessage, { type: T }>;
  }

  send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  hello(wish: SessionWish, { key, message }: ReturnType<typeof freshKey>): void {
    this.#key = key;
    this.#subject = wish;
    this.send({ type: 'hello', version: 1, encoding: 'jpeg', ...wish, key: message });
  }

  resume(before: WebClient, { key, message }: ReturnType<typeof freshKey>): void {
    this.#key = key;
    this.#subject = before.#subject;
    const { sessionId, resumeToken } = before.#stream!;
    this.send({ type: 'resume', version: 1, sessionId, token: resumeToken, key: message });
  }

  join(token: string, { key, message }: ReturnType<typeof freshKey>): void {
    this.#key = key;
    this.send({ type: 'join', version: 1, token, key: message, encoding: 'jpeg' });
  }

  frame(picture: Picture, tampering: FrameTampering = {}): Uint8Array<ArrayBuffer> {
    const { sequence = this.#sequence++, flashStep = this.#flashStep, subject, damage } = tampering;
    const { flow, customer, username, transaction, operation } = { ...this.#subject!, ...subject };
    const context = encodeFrameContext({
      sessionId: tampering.sessionId ?? this.#stream!.sessionId,
      stream: this.#stream!.stream,
      flow,
      customer: customer.name,
      username,
      transactionData: transaction?.data,
      operationId: operation?.id,
    });
    const header = encodeFrameHeader({
      encoding: picture.encoding,
      flashStep,
      sequence,
      capturedAtMs: tampering.capturedAtMs ?? Math.round(performance.now() - this.#startedMs),
      width: picture.width,
      height: picture.height,
    });
    const cipher = createCipheriv('aes-256-gcm', this.#key, frameNonce(sequence));
    cipher.setAAD(frameAssociatedData(header, createHash('sha256').update(context).digest()));
    const sealed = [cipher.update(picture.bytes), cipher.final(), cipher.getAuthTag()];
    const message = Uint8Array.from(Buffer.concat([header, ...sealed]));
    damage?.(message);
    this.#socket.send(message);
    return message;
  }

  /** Sends pictures until the server decides. */
  async run(nextPicture: (step: number) => Picture): Promise<ServerMessage | undefined> {
    for (let step = 0; ; ) {
      const message = await this.next();
      if (message === undefined || message.type === 'finished' || message.type === 'error') return message;
      if (message.type === 'begin-stream' || message.type === 'frame-results')
        this.frame(nextPicture(step++));
    }
  }

  close(code = 1000): void {
    this.#socket.close(code);
  }
}
