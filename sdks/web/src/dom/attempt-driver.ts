import { FRAME_HEADER_BYTES, webSessionLimits } from '@openrecognize/contracts/ws';
import { AttemptMachine } from '../core/attempt-machine.ts';
import type { AttemptEffect, AttemptInput, AttemptTimer, TransferGrant } from '../core/attempt-messages.ts';
import type { ConnectionPlan, KeySource } from '../core/connection-plan.ts';
import { createDeferred, type Deferred } from '../core/deferred.ts';
import { KeylessError } from '../core/keyless-error.ts';
import type {
  KeylessEventMap,
  KeylessEventName,
  KeylessFailure,
  KeylessFlashColour,
} from '../core/keyless-events.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import { type ContentKey, createContentKey } from './content-key.ts';
import { type FetchedImageKey, fetchImageKey } from './fetch-image-key.ts';
import type { FrameSource } from './frame-source.ts';
import { sealFrame } from './seal-frame.ts';
import { openSessionSocket, type SessionSocket } from './session-socket.ts';

/** What an attempt works with. */
export interface AttemptDriverPorts {
  readonly frames: FrameSource;
  /** Must not throw. */
  emit<Name extends KeylessEventName>(name: Name, event: KeylessEventMap[Name]): void;
  /** Code to fail with before the next frame is taken, or null. */
  findViolation(): KeylessError | null;
}

type SealEffect = Extract<AttemptEffect, { do: 'seal' }>;

/** JPEG qualities, best first; a later one is used where the server's limit is too small for an earlier. */
const JPEG_QUALITIES = [0.92, 0.8, 0.6, 0.4] as const;

/** Performs what the state machine of one attempt asks for, with sockets, Web Crypto and timers of the page. */
export class AttemptDriver {
  readonly #machine: AttemptMachine;
  readonly #plan: ConnectionPlan;
  readonly #ports: AttemptDriverPorts;
  readonly #timers = new Map<AttemptTimer, ReturnType<typeof setTimeout>>();
  readonly #opened = createDeferred<KeylessFailure | undefined>();
  #socket: SessionSocket | null = null;
  #contentKey: ContentKey | null = null;
  #fetchedKey: FetchedImageKey | null = null;
  #transfer: Deferred<TransferGrant | KeylessFailure> | null = null;
  #isReleased = false;

  constructor(plan: ConnectionPlan, ports: AttemptDriverPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#machine = new AttemptMachine(plan);
  }

  get hasEnded(): boolean {
    return this.#machine.hasEnded;
  }

  get flash(): KeylessFlashColour | null {
    return this.#machine.flash;
  }

  /** Resolves when the socket is open, or to the failure that came before. */
  open(): Promise<KeylessFailure | undefined> {
    this.#performAll(this.#machine.start());
    return this.#opened.promise;
  }

  /** Asks for a token another device can go on with. */
  requestTransfer(): Promise<TransferGrant | KeylessFailure> {
    if (this.#transfer !== null) {
      return this.#transfer.promise;
    }
    const transfer = createDeferred<TransferGrant | KeylessFailure>();
    this.#transfer = transfer;
    this.#input({ type: 'transfer-wanted' });
    return transfer.promise;
  }

  /** Cancels without an event. */
  dispose(): void {
    this.#performAll(this.#machine.dispose());
  }

  #input(input: AttemptInput): void {
    this.#performAll(this.#machine.handle(input, performance.now()));
  }

  #performAll(effects: readonly AttemptEffect[]): void {
    for (const effect of effects) {
      // A listener may have disposed of the attempt halfway; the close of its socket is still worth an event.
      if (!this.#isReleased || effect.do === 'emit') {
        this.#perform(effect);
      }
    }
  }

  #perform(effect: AttemptEffect): void {
    switch (effect.do) {
      case 'emit':
        this.#emit(effect.name, effect.event);
        return;
      case 'prepare-key':
        void this.#prepareKey(effect.link, effect.source);
        return;
      case 'connect':
        this.#connect(effect.link, effect.url);
        return;
      case 'send':
        this.#socket?.send(effect.message);
        return;
      case 'send-frame':
        this.#socket?.sendFrame(effect.bytes);
        return;
      case 'capture':
        void this.#capture(effect.capture);
        return;
      case 'seal':
        void this.#seal(effect);
        return;
      case 'close':
        this.#socket?.close(effect.code);
        this.#socket = null;
        return;
      case 'start-timer':
        this.#startTimer(effect.timer, effect.afterMs);
        return;
      case 'stop-timer':
        clearTimeout(this.#timers.get(effect.timer));
        return;
      case 'settle-transfer':
        this.#transfer?.resolve(effect.transfer);
        this.#transfer = null;
        return;
      case 'release':
        this.#release(effect.failure);
        return;
    }
  }

  #emit(name: KeylessEventName, event: KeylessEventMap[KeylessEventName]): void {
    if (name === 'ws-open') {
      this.#opened.resolve(undefined);
    }
    this.#ports.emit(name, event as never);
  }

  async #prepareKey(link: number, source: KeySource): Promise<void> {
    try {
      const { id, value } = await this.#imageKey(source);
      const contentKey = await createContentKey(id, value);
      this.#contentKey = contentKey;
      this.#input({ type: 'key-ready', link, key: contentKey.wrapped });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #imageKey(source: KeySource): Promise<FetchedImageKey> {
    if (source.kind === 'given') {
      return source;
    }
    this.#fetchedKey ??= await fetchImageKey(source.url, this.#plan.answerTimeoutMs);
    return this.#fetchedKey;
  }

  #connect(link: number, url: string): void {
    try {
      this.#socket = openSessionSocket(url, {
        open: () => this.#input({ type: 'socket-open', link }),
        message: (text) => this.#input({ type: 'socket-message', link, text }),
        error: () => this.#input({ type: 'socket-error', link }),
        closed: (code) => this.#input({ type: 'socket-closed', link, code }),
      });
    } catch (cause) {
      this.#input({ type: 'failed', code: 'WEB_SOCKET_ERROR', cause });
    }
  }

  async #capture(capture: number): Promise<void> {
    const violation = this.#ports.findViolation();
    if (violation !== null) {
      this.#input({ type: 'failed', code: violation });
      return;
    }
    try {
      const frame = await this.#ports.frames.judge();
      if (frame !== null) {
        this.#input({ type: 'frame-judged', capture, frame });
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #seal({ capture, header, context, maxFrameBytes }: SealEffect): Promise<void> {
    const key = this.#contentKey?.key;
    if (key === undefined) {
      return;
    }
    try {
      const maxPictureBytes = maxFrameBytes - FRAME_HEADER_BYTES - webSessionLimits.tagBytes;
      for (const quality of header.encoding === 'jpeg' ? JPEG_QUALITIES : [1]) {
        const picture = await this.#ports.frames.encode(header.encoding, quality);
        if (picture.byteLength <= maxPictureBytes) {
          const bytes = await sealFrame(picture, { key, header, context });
          this.#input({ type: 'frame-sealed', capture, bytes });
          return;
        }
      }
      this.#fail(keylessFailure('EXCEPTION', { cause: `a frame needs more than ${maxFrameBytes} bytes` }));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const text = error instanceof Error ? error.message : '';
    const code = Object.hasOwn(KeylessError, text) ? (text as KeylessError) : 'EXCEPTION';
    const cause = code === 'EXCEPTION' && text !== code ? error : (error as Error).cause;
    this.#input({ type: 'failed', code, cause });
  }

  #startTimer(timer: AttemptTimer, afterMs: number): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.set(
      timer,
      setTimeout(() => this.#input({ type: 'timer', timer }), afterMs),
    );
  }

  #release(failure: KeylessFailure | null): void {
    this.#isReleased = true;
    for (const handle of this.#timers.values()) {
      clearTimeout(handle);
    }
    this.#contentKey = null;
    this.#ports.frames.stop();
    this.#opened.resolve(failure ?? keylessFailure('SESSION_MANAGER_NULL'));
    this.#transfer?.resolve(failure ?? keylessFailure('SESSION_MANAGER_NULL'));
    this.#transfer = null;
  }
}
