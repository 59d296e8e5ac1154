import type { ImageAnalysis } from '@openrecognize/biometrics';
import { constantTimeEqual, utf8ToBytes, wipe } from '@openrecognize/bytes';
import {
  decodeFrameHeader,
  type FrameHeader,
  type HelloMessage,
  type ServerMessage,
  WEB_SESSION_CLOSE,
  type WebSessionCloseCode,
} from '@openrecognize/contracts/ws';
import type { AdmittedUser } from '../commands/admit-web-session.ts';
import type { SessionSocket } from '../ports/session-socket.ts';
import type { Recognition } from '../session/recognition.ts';
import { sessionFailure, sessionFailureOf } from '../session/session-failure.ts';
import type {
  SessionEffect,
  SessionEvent,
  SessionFailure,
  SessionRole,
  SessionState,
  SessionStep,
  SessionTimer,
} from '../session/session-state.ts';
import { stepSession } from '../session/step-session.ts';
import { createFrameCipher, type FrameCipher } from './frame-cipher.ts';
import { framePicture } from './frame-picture.ts';

/** What a session is run with; the registry of sessions provides it. */
export interface LiveSessionDependencies {
  readonly recognition: Recognition;
  readonly analyze: (picture: ReturnType<typeof framePicture>) => Promise<ImageAnalysis>;
  readonly decide: (
    user: AdmittedUser,
    embeddings: readonly Float32Array[],
    /** The session still waits for the verdict. */
    isWanted: () => boolean,
  ) => Promise<FinishedEvent['finished']>;
  readonly nextFlashColour: (previous: string | undefined) => string;
  readonly randomToken: () => string;
  readonly now: () => number;
  /** Told of each error that is a fault of this service or one behind it. */
  readonly onFault: (error: unknown) => void;
  readonly onFrame: (seconds: number, accepted: boolean) => void;
  readonly onLost: (session: LiveSession) => void;
  readonly onEnd: (session: LiveSession, outcome: string, frames: number) => void;
}

/** A frame to be looked at; `message` is the whole of it, still encrypted. */
interface PendingFrame {
  readonly header: FrameHeader;
  readonly flashColour: string | undefined;
  readonly message: Uint8Array;
  readonly stream: number;
}

type FinishedEvent = Extract<SessionEvent, { type: 'decided' }>;

/** Codes whose cause an operator may want to see. */
const faultCodes: ReadonlySet<string> = new Set([
  'SERVER_INTERNAL_ERROR',
  'SERVER_UNAVAILABLE_SERVICE',
  'SERVER_TIMEOUT',
]);

/** Runs the effects of the session machine for one session; pictures and keys are wiped here (spec 07 WS-12). */
export class LiveSession {
  readonly hello: HelloMessage;
  readonly #dependencies: LiveSessionDependencies;
  #state: SessionState;
  #user: AdmittedUser | undefined;
  #cipher: FrameCipher | undefined;
  #frame: Uint8Array | undefined;
  /** A frame is looked at; one of a stream that began meanwhile waits, and the latest stream's is the only one. */
  #isLooking = false;
  #waiting: PendingFrame | undefined;
  #outcome = 'lost';
  readonly #sockets: Partial<Record<SessionRole, SessionSocket>> = {};
  /** Closed by this side, not yet gone. */
  readonly #closing = new Map<SessionSocket, SessionRole>();
  readonly #tokens: Partial<Record<SessionRole, string>> = {};
  readonly #timers = new Map<SessionTimer, NodeJS.Timeout>();

  constructor(
    opened: SessionStep,
    hello: HelloMessage,
    socket: SessionSocket,
    dependencies: LiveSessionDependencies,
  ) {
    this.hello = hello;
    this.#dependencies = dependencies;
    this.#state = opened.state;
    this.#sockets.camera = socket;
    this.#perform(opened.effects);
  }

  get id(): string {
    return this.#state.sessionId;
  }

  /** Number of the stream of frames under way. */
  get stream(): number {
    return this.#state.stream;
  }

  get isEnded(): boolean {
    return this.#state.phase === 'ended';
  }

  get hasCamera(): boolean {
    return this.#sockets.camera !== undefined;
  }

  /** The role a connection has here now; undefined once another one took over. */
  roleOf(socket: SessionSocket): SessionRole | undefined {
    if (this.#sockets.camera === socket) return 'camera';
    return this.#sockets.watcher === socket ? 'watcher' : undefined;
  }

  /** @param key 32 bytes, owned by the session from here on. */
  admit(user: AdmittedUser, key: Uint8Array): void {
    this.#user = user;
    if (!this.#takeKey(key, 0)) return;
    this.#dispatch({ type: 'admitted', resumeToken: this.#newToken(), ...this.#nextColour() });
  }

  /** Ends the session with what an error means to its client. */
  fail(error: unknown): void {
    const failure = sessionFailureOf(error, this.#dependencies.now());
    if (faultCodes.has(failure.code) && !this.isEnded) this.#dependencies.onFault(error);
    this.failWith(failure);
  }

  failWith(failure: SessionFailure): void {
    this.#dispatch({ type: 'failed', failure });
  }

  /** A binary message. One of a watcher left before it learned that another device joined. */
  frame(socket: SessionSocket, message: Uint8Array): void {
    if (this.roleOf(socket) !== 'camera') return;
    const header = decodeFrameHeader(message);
    if (!header) {
      this.failWith(sessionFailure('SERVER_VALIDATION_FAILED'));
      return;
    }
    this.#frame = message;
    this.#dispatch({ type: 'frame', header });
    this.#frame = undefined;
  }

  requestTransfer(socket: SessionSocket): string | undefined {
    const role = this.roleOf(socket);
    if (!role) return undefined;
    const token = this.#dependencies.randomToken();
    this.#dispatch({ type: 'transfer-requested', role, token });
    return this.#state.isTransferPending ? token : undefined;
  }

  get isTransferPending(): boolean {
    return this.#state.isTransferPending;
  }

  cancel(socket: SessionSocket): void {
    const role = this.roleOf(socket);
    if (!role) return;
    this.#outcome = 'cancelled';
    this.#dispatch({ type: 'cancelled', role });
  }

  /** A socket is gone; `isClean` after the close that was asked for, when its client read everything. */
  gone(socket: SessionSocket, isClean: boolean): void {
    const closed = this.#closing.get(socket);
    this.#closing.delete(socket);
    if (closed && isClean) this.#dispatch({ type: 'confirmed', role: closed });
    const role = this.roleOf(socket);
    if (!role) return;
    delete this.#sockets[role];
    this.#dispatch({ type: 'lost', role });
    this.#dependencies.onLost(this);
  }

  /** Checks a resume token and uses it up; undefined for any other. */
  redeem(token: string): SessionRole | undefined {
    const given = utf8ToBytes(token);
    for (const role of ['camera', 'watcher'] as const) {
      const wanted = this.#tokens[role];
      if (wanted === undefined || !constantTimeEqual(given, utf8ToBytes(wanted))) continue;
      if (role === 'camera') delete this.#tokens.camera;
      return role;
    }
    return undefined;
  }

  /** @param key of the new connection, owned by the session from here on. */
  resume(role: SessionRole, socket: SessionSocket, key: Uint8Array): void {
    const before = this.#sockets[role];
    this.#sockets[role] = socket;
    before?.close(WEB_SESSION_CLOSE.continuedElsewhere);
    if (role === 'watcher') wipe(key);
    else if (!this.#takeKey(key, this.#state.stream + 1)) return;
    this.#dispatch({ type: 'resumed', role, resumeToken: role === 'camera' ? this.#newToken() : '' });
  }

  /** Another device takes over the camera. @param key as in `resume`. */
  join(socket: SessionSocket, key: Uint8Array): void {
    const { camera } = this.#sockets;
    if (camera) this.#sockets.watcher = camera;
    this.#sockets.camera = socket;
    const { camera: token } = this.#tokens;
    if (token !== undefined) this.#tokens.watcher = token;
    if (!this.#takeKey(key, this.#state.stream + 1)) return;
    this.#dispatch({ type: 'joined', resumeToken: this.#newToken() });
  }

  shutDown(): void {
    this.#dispatch({ type: 'shut-down' });
  }

  #newToken(): string {
    const token = this.#dependencies.randomToken();
    this.#tokens.camera = token;
    return token;
  }

  #nextColour(): { flashColour?: string } {
    if (!this.hello.cameraFlash) return {};
    return { flashColour: this.#dependencies.nextFlashColour(this.#state.flash?.colour) };
  }

  /** @returns false when the session is over, or is now: the key is of no use. */
  #takeKey(key: Uint8Array, stream: number): boolean {
    if (this.isEnded) {
      wipe(key);
      return false;
    }
    this.#cipher?.close();
    this.#cipher = undefined;
    const { flow, customer, username, transaction, operation } = this.hello;
    try {
      this.#cipher = createFrameCipher(key, {
        sessionId: this.id,
        stream,
        flow,
        customer: customer.name,
        username,
        transactionData: transaction?.data,
        operationId: operation?.id,
      });
      return true;
    } catch (error) {
      wipe(key);
      this.fail(error);
      return false;
    }
  }

  #dispatch(event: SessionEvent): void {
    const { state, effects } = stepSession(this.#state, event);
    this.#state = state;
    this.#perform(effects);
  }

  #perform(effects: readonly SessionEffect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: SessionEffect): void {
    switch (effect.type) {
      case 'send':
        this.#send(effect.to, effect.message);
        break;
      case 'close':
        this.#close(effect.to, effect.code);
        break;
      case 'set-timer':
        this.#setTimer(effect.timer, effect.delayMs);
        break;
      case 'clear-timer':
        clearTimeout(this.#timers.get(effect.timer));
        break;
      case 'restart':
        this.#dependencies.recognition.clear();
        break;
      case 'analyse':
        this.#waiting = {
          header: effect.header,
          flashColour: effect.flashColour,
          message: this.#frame!,
          stream: this.#state.stream,
        };
        void this.#look();
        break;
      case 'decide':
        void this.#decide();
        break;
      case 'end':
        this.#end();
    }
  }

  #send(to: SessionRole, message: ServerMessage): void {
    const socket = this.#sockets[to];
    if (message.type === 'finished' && socket) this.#outcome = 'finished';
    else if (message.type === 'error') this.#outcome = message.code;
    socket?.send(message);
  }

  #close(to: SessionRole, code: WebSessionCloseCode): void {
    const socket = this.#sockets[to];
    delete this.#sockets[to];
    if (!socket) return;
    this.#closing.set(socket, to);
    socket.close(code);
  }

  #setTimer(timer: SessionTimer, delayMs: number): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.set(
      timer,
      setTimeout(() => this.#dispatch({ type: 'deadline', timer }), delayMs),
    );
  }

  /** One frame at a time (WS-13): a stream that began anew must not keep several analysts busy. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#waiting) {
      const frame = this.#waiting;
      this.#waiting = undefined;
      if (!this.isEnded && frame.stream === this.#state.stream) await this.#analyse(frame);
    }
    this.#isLooking = false;
  }

  async #analyse({ header, flashColour, message, stream }: PendingFrame): Promise<void> {
    const { analyze, recognition, now, onFrame } = this.#dependencies;
    const startMs = now();
    let picture: Uint8Array | undefined;
    try {
      picture = this.#cipher!.open(header, message);
      const analysis = await analyze(framePicture(header, picture));
      // The session ended meanwhile, or another connection sends its frames now.
      if (this.isEnded || stream !== this.#state.stream) {
        analysis.embedding?.fill(0);
        return;
      }
      const outcome = recognition.add(analysis, flashColour);
      onFrame((now() - startMs) / 1_000, outcome.accepted);
      this.#dispatch({ type: 'analysed', stream, outcome, ...this.#nextColour() });
    } catch (error) {
      if (stream === this.#state.stream) this.fail(error);
    } finally {
      if (picture) wipe(picture);
    }
  }

  async #decide(): Promise<void> {
    const { decide, recognition } = this.#dependencies;
    try {
      const finished = await decide(
        this.#user!,
        recognition.embeddings,
        () => this.#state.phase === 'deciding',
      );
      this.#dispatch({ type: 'decided', finished });
    } catch (error) {
      this.fail(error);
    } finally {
      recognition.clear();
    }
  }

  #end(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#waiting = undefined;
    this.#cipher?.close();
    this.#dependencies.recognition.clear();
    this.#dependencies.onEnd(this, this.#outcome, this.#state.frames);
  }
}
