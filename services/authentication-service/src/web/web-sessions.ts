import { nextFlashColour } from '@openrecognize/biometrics';
import { base64ToBytes, wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import {
  type HelloMessage,
  type JoinMessage,
  type ResumeMessage,
  type WrappedContentKey,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import type { ServiceMetrics } from '@openrecognize/service-kit';
import { type AdmitWebSessionOptions, admitWebSession } from '../commands/admit-web-session.ts';
import { createUserLock } from '../commands/user-lock.ts';
import type { PeerTokens } from '../peers/peer-tokens.ts';
import type { BackendContext } from '../ports/backend.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';
import type { ImageKeyStore } from '../ports/image-key-store.ts';
import type { CreateSequence } from '../ports/sequence-analyzer.ts';
import type { SessionSocket } from '../ports/session-socket.ts';
import { createRecognition } from '../session/recognition.ts';
import { openSession } from '../session/session-state.ts';
import { placeKeyOf } from './connection-places.ts';
import { createDecideSession, type DecideSession, type DecideSessionOptions } from './decide-session.ts';
import { LiveSession } from './live-session.ts';
import { createPlaces } from './places.ts';
import { createSessionMetrics, type SessionMetrics } from './session-metrics.ts';
import { recognitionPolicyOf, sessionLimitsOf, type WebSessionSettings } from './web-session-settings.ts';

/** Where a session's end and its troubles are written to. Nothing a client sent is. */
export interface SessionLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface WebSessionsOptions
  extends Omit<AdmitWebSessionOptions, 'takeTenantPlace'>,
    Pick<DecideSessionOptions, 'circuitCount' | 'onLeftBehind'> {
  readonly analyzer: ImageAnalyzer;
  readonly imageKeys: ImageKeyStore;
  readonly settings: WebSessionSettings;
  /** Judge of the frame sequence of one session. */
  readonly createSequence: CreateSequence;
  readonly log: SessionLog;
  readonly metrics?: ServiceMetrics | undefined;
  /** Makes tokens that lead back here from other replicas; absent where there are none. */
  readonly peerTokens?: PeerTokens | undefined;
}

/** The connection a session is asked for on. */
export interface Opening {
  readonly socket: SessionSocket;
  /** Of the client, behind trusted proxies. */
  readonly address: string;
  readonly context: BackendContext;
  /** Told the session as soon as the connection belongs to it. */
  readonly bind: (session: LiveSession) => void;
}

/** A session that a token leads to. */
interface FoundSession {
  readonly session: LiveSession;
  /** Still, once the key is unwrapped. */
  readonly isOpen: () => boolean;
  readonly take: (socket: SessionSocket, key: Uint8Array) => void;
}

const bytesOfBase64 = (text: string): Uint8Array | undefined => {
  try {
    return base64ToBytes(text);
  } catch {
    return undefined;
  }
};

/** The token is expired, used or made up: which of them is not told. */
const notThere = (): RecognizeError => new RecognizeError('SERVICE_TIMEOUT');

type OpeningMessage = HelloMessage | ResumeMessage | JoinMessage;

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const uniform = (bytes: Uint8Array): number => Buffer.from(bytes).readUIntBE(0, 6) / 2 ** 48;

/** All web sessions of this process. */
export class WebSessions {
  readonly #options: WebSessionsOptions;
  readonly #sessions = new Map<string, LiveSession>();
  /** Sessions another device may join, by token. */
  readonly #transfers = new Map<string, LiveSession>();
  readonly #tenantPlaces: ReturnType<typeof createPlaces<number>>;
  /** A session keeps its address's place while it waits for a lost connection. */
  readonly #addressPlaces: ReturnType<typeof createPlaces<string>>;
  readonly #releases = new WeakMap<LiveSession, (() => void)[]>();
  readonly #userLock = createUserLock();
  readonly #decide: DecideSession;
  readonly #metrics: SessionMetrics;
  #isDraining = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: WebSessionsOptions) {
    this.#options = options;
    this.#tenantPlaces = createPlaces(options.settings.maxSessionsPerTenant);
    this.#addressPlaces = createPlaces(options.settings.maxConnectionsPerAddress);
    this.#metrics = createSessionMetrics(options.metrics, () => this.#sessions.size);
    this.#decide = createDecideSession({
      ...options,
      manifest: options.analyzer.manifest,
      preparesBackup: options.settings.preparesBackup,
      threshold: options.analyzer.manifest.code.threshold,
      userLock: this.#userLock,
      onRefill: (_uploaded, failure) => {
        this.#metrics.refill(failure === undefined);
        if (failure !== undefined) options.log.warn({ err: failure }, 'circuits were not refilled');
      },
    });
  }

  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Opens, resumes or joins a session.
   *
   * @throws RecognizeError when there is no session to belong to
   */
  async open(message: OpeningMessage, opening: Opening): Promise<void> {
    if (message.type === 'hello') return this.#begin(message, opening);
    const { socket, bind } = opening;
    const { session, take, isOpen } = this.#find(message);
    const key = await this.#unwrap(message.key);
    if (!isOpen()) {
      wipe(key);
      throw notThere();
    }
    bind(session);
    take(socket, key);
  }

  requestTransfer(session: LiveSession, socket: SessionSocket): void {
    this.#forgetTransfers(session);
    const token = session.requestTransfer(socket);
    if (token !== undefined) this.#transfers.set(token, session);
  }

  /** Takes no more sessions; waits for those under way and their refills, at most `graceMs`, then ends them. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    for (const session of [...this.#sessions.values()]) if (!session.hasCamera) session.shutDown();
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, graceMs);
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      if (this.#sessions.size === 0) resolve();
    });
    await Promise.race([isEmpty, timeout.promise]);
    for (const session of [...this.#sessions.values()]) session.shutDown();
    await Promise.race([this.#userLock.settled(), timeout.promise]);
    clearTimeout(timer);
  }

  async #begin(hello: HelloMessage, { socket, address, context, bind }: Opening): Promise<void> {
    if (this.#isDraining || this.#sessions.size >= this.#options.settings.maxSessions) {
      throw new RecognizeError('SERVICE_UNAVAILABLE');
    }
    const release = this.#addressPlaces.take(placeKeyOf(address));
    const session = this.#create(hello, socket, context);
    this.#releases.set(session, [release]);
    bind(session);
    try {
      const user = await admitWebSession(this.#admission(session), hello, context);
      if (session.isEnded) return;
      session.admit(user, await this.#unwrap(hello.key));
    } catch (error) {
      session.fail(error);
    }
  }

  #admission(session: LiveSession): AdmitWebSessionOptions {
    return {
      ...this.#options,
      takeTenantPlace: (tenantId) => {
        const release = this.#tenantPlaces.take(tenantId);
        if (session.isEnded) release();
        else this.#releases.get(session)?.push(release);
      },
    };
  }

  #create(hello: HelloMessage, socket: SessionSocket, context: BackendContext): LiveSession {
    const { tools, settings, analyzer, createSequence, now, log } = this.#options;
    const { flow, customer, username, operation, transaction } = hello;
    const subject = {
      flow,
      customer,
      username,
      ...(operation === undefined ? {} : { operation }),
      ...(transaction === undefined ? {} : { transaction }),
    };
    const opened = openSession({
      sessionId: base64url(tools.random(16)),
      subject,
      limits: sessionLimitsOf(settings),
    });
    const policy = recognitionPolicyOf(settings, hello.cameraFlash ?? false);
    const session = new LiveSession(opened, hello, socket, {
      recognition: createRecognition(policy, createSequence()),
      analyze: (picture) =>
        analyzer.analyze(picture, {
          scenario: 'SELFIE',
          exifTranspose: false,
          liveness: true,
          sequence: true,
        }),
      decide: async (user, embeddings, isWanted) => {
        const startMs = now();
        try {
          return await this.#decide(hello, user, { embeddings, isWanted }, context);
        } finally {
          this.#metrics.decision(flow, (now() - startMs) / 1_000);
        }
      },
      nextFlashColour: (previous) => nextFlashColour(uniform(tools.random(6)), previous),
      randomToken: () => this.#newToken(),
      now,
      onFault: (err) => log.warn({ err, requestId: context.requestId }, 'a web session failed'),
      onFrame: (seconds, accepted) => this.#metrics.frame(seconds, accepted),
      // Nobody can resume here before the process ends.
      onLost: (lost) => {
        if (this.#isDraining) lost.shutDown();
      },
      onEnd: (ended, outcome, frames) => this.#forget(ended, flow, outcome, frames, context),
    });
    this.#sessions.set(session.id, session);
    return session;
  }

  #newToken(): string {
    const { tools, peerTokens } = this.#options;
    const secret = tools.random(32);
    return peerTokens ? peerTokens.issue(secret) : base64url(secret);
  }

  #forget(
    session: LiveSession,
    flow: HelloMessage['flow'],
    outcome: string,
    frames: number,
    { requestId }: BackendContext,
  ): void {
    this.#sessions.delete(session.id);
    this.#forgetTransfers(session);
    for (const release of this.#releases.get(session) ?? []) release();
    this.#metrics.ended(flow, outcome);
    this.#options.log.info({ flow, outcome, frames, requestId }, 'web session');
    if (this.#sessions.size === 0) this.#onEmpty?.();
  }

  #forgetTransfers(session: LiveSession): void {
    for (const [token, other] of this.#transfers) if (other === session) this.#transfers.delete(token);
  }

  /** The session of a token, which is used up by this. @throws RecognizeError SERVICE_TIMEOUT for any other */
  #find(message: ResumeMessage | JoinMessage): FoundSession {
    if (message.type === 'resume') {
      const session = this.#sessions.get(message.sessionId);
      const role = session?.redeem(message.token);
      if (!session || !role) throw notThere();
      const { stream } = session;
      return {
        session,
        isOpen: () => !session.isEnded,
        // Another device may have joined while the key was unwrapped: whoever held the camera watches it now.
        take: (socket, key) => session.resume(session.stream === stream ? role : 'watcher', socket, key),
      };
    }
    const session = this.#transfers.get(message.token);
    this.#transfers.delete(message.token);
    if (!session?.isTransferPending) throw notThere();
    return {
      session,
      isOpen: () => !session.isEnded && session.isTransferPending,
      take: (socket, key) => session.join(socket, key),
    };
  }

  async #unwrap({ id, wrapped }: WrappedContentKey): Promise<Uint8Array> {
    const bytes = bytesOfBase64(wrapped);
    const key = bytes && (await this.#options.imageKeys.unwrap(id, bytes));
    if (key && key.length === webSessionLimits.contentKeyBytes) return key;
    if (key) wipe(key);
    throw new RecognizeError('IMAGE_DECRYPT_FAILED');
  }
}
