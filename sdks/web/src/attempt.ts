import type { WebSessionFlow } from '@openrecognize/contracts/ws';
import type { TransferGrant } from './core/attempt-messages.ts';
import type { KeylessClientFilter, KeylessServerFilter } from './core/biometric-filters.ts';
import { planConnection } from './core/connection-plan.ts';
import type { KeylessError } from './core/keyless-error.ts';
import type {
  KeylessEventCallback,
  KeylessEventMap,
  KeylessEventName,
  KeylessFailure,
  KeylessFlashColour,
} from './core/keyless-events.ts';
import { eventNameOf, keylessFailure } from './core/keyless-failure.ts';
import type { KeylessOptions } from './core/keyless-options.ts';
import { AttemptDriver } from './dom/attempt-driver.ts';
import { stopTracks } from './dom/camera.ts';
import { CameraFrameSource } from './dom/camera-frame-source.ts';
import type { FrameSource } from './dom/frame-source.ts';
import { findRuntimeViolation } from './dom/runtime-guard.ts';
import { visionModule } from './worker/vision-module.ts';

type AnyCallback = (event: never) => void;

/** One enrollment or authentication: its camera, its listeners, its connection, and what came last. */
export class Attempt {
  readonly flow: WebSessionFlow;
  readonly #listeners = new Map<KeylessEventName, Set<AnyCallback>>();
  /** Frames of the camera, looked at by the worker. */
  readonly camera = new CameraFrameSource({ video: () => this.video, vision: visionModule });
  /** Where the connection's frames come from; the camera, unless a program hands them in. */
  frames: FrameSource = this.camera;
  stream: MediaStream | null = null;
  video: HTMLVideoElement | null = null;
  lastFrameResults: readonly KeylessServerFilter[] = [];
  lastVideoFrameQuality: readonly KeylessClientFilter[] = [];
  lastServerError: KeylessFailure | undefined;
  #driver: AttemptDriver | null = null;

  constructor(flow: WebSessionFlow) {
    this.flow = flow;
  }

  /** Connected or connecting, and without a verdict. */
  get isRunning(): boolean {
    return this.#driver !== null && !this.#driver.hasEnded;
  }

  /** It had its connection; another attempt needs a new symbol. */
  get isUsed(): boolean {
    return this.#driver !== null;
  }

  get flash(): KeylessFlashColour | undefined {
    return this.#driver?.flash ?? undefined;
  }

  listen<Name extends KeylessEventName>(name: Name, callback: KeylessEventCallback<Name>): void {
    const callbacks = this.#listeners.get(name) ?? new Set<AnyCallback>();
    this.#listeners.set(name, callbacks.add(callback));
  }

  unlistenAll(): void {
    this.#listeners.clear();
  }

  /** Tells the listeners and gives the failure back. */
  report(code: KeylessError, cause?: unknown): KeylessFailure {
    const failure = keylessFailure(code, cause === undefined ? {} : { cause });
    this.#emit(eventNameOf(code), failure);
    return failure;
  }

  /** Connects. A wrong option is reported and leaves the attempt unused. */
  async open(options: KeylessOptions): Promise<KeylessFailure | undefined> {
    const { plan, code } = planConnection(this.flow, options);
    if (plan === undefined) {
      return this.report(code);
    }
    if (visionModule() === null) {
      return this.report('WEB_ASSEMBLY_NOT_READY');
    }
    const violation = findRuntimeViolation();
    if (violation !== null) {
      return this.report('RUNTIME_VIOLATION', violation);
    }
    this.#driver = new AttemptDriver(plan, {
      frames: this.frames,
      emit: (name, event) => this.#emit(name, event),
      findViolation: () => (findRuntimeViolation() === null ? null : 'RUNTIME_VIOLATION'),
    });
    return this.#driver.open();
  }

  async requestTransfer(): Promise<TransferGrant | KeylessFailure> {
    return this.#driver === null || this.#driver.hasEnded
      ? keylessFailure('SESSION_MANAGER_NULL')
      : this.#driver.requestTransfer();
  }

  /** Cancels what runs, without an event, and switches the camera off. */
  dispose(): void {
    this.unlistenAll();
    this.#driver?.dispose();
    this.frames.stop();
    if (this.video !== null) {
      this.video.srcObject = null;
      this.video = null;
    }
    if (this.stream !== null) {
      stopTracks(this.stream);
      this.stream = null;
    }
  }

  #emit<Name extends KeylessEventName>(name: Name, event: KeylessEventMap[Name]): void {
    this.#remember(event);
    // A copy: a callback may add and remove listeners.
    for (const callback of [...(this.#listeners.get(name) ?? [])]) {
      try {
        callback(event as never);
      } catch (error) {
        // A fault of the page is the page's: it gets to its `error` handler, the attempt goes on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #remember(event: KeylessEventMap[KeylessEventName]): void {
    if (event instanceof Error) {
      this.lastServerError = event.message.startsWith('SERVER_') ? event : this.lastServerError;
    } else if (event.type === 'frame-results') {
      this.lastFrameResults = event.filters;
    } else if (event.type === 'video-frame-quality') {
      this.lastVideoFrameQuality = event.filters;
    }
  }
}
