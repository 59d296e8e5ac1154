import { deleteKeylessAuth, openKeylessWebSocketConnection } from '../attempt-functions.ts';
import { findAttempt, registerAttempt } from '../attempt-registry.ts';
import { createKeylessVideoElement, createKeylessVideoStream } from '../camera-functions.ts';
import type { KeylessFailure } from '../core/keyless-events.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import type { KeylessOptions } from '../core/keyless-options.ts';
import { ManualFrameSource } from '../dom/manual-frame-source.ts';
import { importKeylessWebAssemblyModule } from '../wasm-functions.ts';
import type { GrabbedFrame } from '../worker/page-frame.ts';
import type { LegacyEventMap, LegacyEventName } from './legacy-event-map.ts';
import { listenLegacy } from './legacy-events.ts';

/** A frame of the camera, to be handed to `sendFrame`. */
export type KeylessCollectedFrame = GrabbedFrame;

/** Frames a second of the 1.x loop. */
const FRAMES_PER_SECOND = 4;

/**
 * An attempt as version 1.x had it: the program itself collects and sends frames between `begin-image-stream` and
 * `stop-sending`. Everything else is the attempt of today.
 */
export class LegacyAttempt {
  /** For the functions of today's interface. */
  readonly symbol: symbol;
  readonly #frames: ManualFrameSource | null;
  #lastFrameMs = Number.NEGATIVE_INFINITY;

  constructor(flow: 'auth' | 'enroll') {
    this.symbol = registerAttempt(flow);
    const attempt = findAttempt(this.symbol);
    this.#frames = attempt instanceof Error ? null : new ManualFrameSource(attempt.camera);
    if (!(attempt instanceof Error) && this.#frames !== null) {
      attempt.frames = this.#frames;
    }
  }

  /** Calls back at an event of 1.x or of today. */
  on<Name extends LegacyEventName>(name: Name, callback: (event: LegacyEventMap[Name]) => void): this {
    const attempt = findAttempt(this.symbol);
    if (!(attempt instanceof Error)) {
      listenLegacy(attempt, name, callback);
    }
    return this;
  }

  /** Loads the module and opens camera and video where that was not done, then connects. */
  async connect(options: KeylessOptions): Promise<KeylessFailure | undefined> {
    const attempt = findAttempt(this.symbol);
    if (attempt instanceof Error) {
      return attempt;
    }
    const unready = (await importKeylessWebAssemblyModule()) ?? (await this.#prepareVideo());
    return unready === undefined
      ? openKeylessWebSocketConnection(this.symbol, options)
      : attempt.report(unready.message, unready.cause);
  }

  /** The camera's next frame, at most four a second. */
  async collectFrame(): Promise<KeylessCollectedFrame | KeylessFailure> {
    const attempt = findAttempt(this.symbol);
    if (attempt instanceof Error) {
      return attempt;
    }
    const pauseMs = this.#lastFrameMs + 1000 / FRAMES_PER_SECOND - performance.now();
    if (pauseMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.#lastFrameMs = performance.now();
    return (await attempt.camera.grab()) ?? keylessFailure('VIDEO_ELEMENT_UNSET');
  }

  /** Hands a frame over. One that the page's filters refuse isn't sent: `video-frame-quality` tells why. */
  sendFrame(frame: KeylessCollectedFrame): void {
    this.#frames?.offer(frame);
  }

  /** Cancels what runs, without an event, and switches the camera off. */
  dispose(): void {
    deleteKeylessAuth(this.symbol);
  }

  async #prepareVideo(): Promise<KeylessFailure | undefined> {
    const attempt = findAttempt(this.symbol);
    if (attempt instanceof Error || attempt.video !== null) {
      return undefined;
    }
    const stream = attempt.stream ?? (await createKeylessVideoStream(this.symbol));
    const video = stream instanceof Error ? stream : await createKeylessVideoElement(this.symbol);
    return video instanceof Error ? video : undefined;
  }
}

/**
 * Authentication as in 1.x.
 *
 * @example
 * const auth = new KeylessAuth()
 * auth
 *   .on('begin-image-stream', async () => {
 *     const frame = await auth.collectFrame()
 *     if (!(frame instanceof Error)) auth.sendFrame(frame)
 *   })
 *   .on('error', ({ message }) => console.log(message))
 */
export class KeylessAuth extends LegacyAttempt {
  constructor() {
    super('auth');
  }
}

/** Enrollment as in 1.x. */
export class KeylessEnroll extends LegacyAttempt {
  constructor() {
    super('enroll');
  }
}
