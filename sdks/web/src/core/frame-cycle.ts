import {
  type BeginStreamMessage,
  type FlashStep,
  type WebSessionSubject,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import type { AttemptEffect, JudgedFrame } from './attempt-messages.ts';
import { reduceKeylessBiometricFiltersToTriggered } from './biometric-filters.ts';
import type { ConnectionPlan } from './connection-plan.ts';

/** What the frame in the works waits for. One at a time (spec 07 §6). */
type FrameStage = 'idle' | 'pausing' | 'judging' | 'sealing' | 'sent';

/** A picture shows the new colour only after the screen and the camera have caught up. */
const FLASH_SETTLE_MS = 250;
/** Frames that the page's filters refuse follow each other so. */
const REFUSED_PAUSE_MS = 100;

/** The frames of one stream: capture, judge, seal, send, wait for the verdict, and again. Part of the machine. */
export class FrameCycle {
  readonly #plan: ConnectionPlan;
  readonly #do: (effect: AttemptEffect) => void;
  #stage: FrameStage = 'idle';
  #capture = 0;
  #sequence = 0;
  #stream: BeginStreamMessage | null = null;
  #subject: WebSessionSubject | null;
  #streamStartMs = 0;
  #lastCaptureMs = Number.NEGATIVE_INFINITY;
  #flash: FlashStep | null = null;
  #hasJudged = false;

  constructor(plan: ConnectionPlan, perform: (effect: AttemptEffect) => void) {
    this.#plan = plan;
    this.#do = perform;
    this.#subject = plan.subject;
  }

  get flash(): FlashStep | null {
    return this.#flash;
  }

  /** A picture was taken at least once. */
  get hasJudged(): boolean {
    return this.#hasJudged;
  }

  /** The server's answer to this frame is due. */
  isAwaited(sequence: number): boolean {
    return this.#stage === 'sent' && sequence === this.#sequence;
  }

  /** @returns false when nobody told for whom the frames are */
  begin(stream: BeginStreamMessage, nowMs: number): boolean {
    this.#subject = stream.subject ?? this.#subject;
    this.#stream = stream;
    this.#sequence = 0;
    this.#streamStartMs = nowMs;
    return this.#subject !== null;
  }

  /** @returns milliseconds until a frame can show the colour */
  takeFlash(flash: FlashStep | undefined): number {
    if (flash === undefined || (flash.step === this.#flash?.step && flash.colour === this.#flash.colour)) {
      return 0;
    }
    this.#flash = { step: flash.step, colour: flash.colour };
    this.#do({ do: 'emit', name: 'flash', event: { type: 'flash', ...this.#flash } });
    return FLASH_SETTLE_MS;
  }

  /** The server took the frame that was sent. */
  answered(settleMs: number, nowMs: number): void {
    this.#sequence += 1;
    const framesPerSecond = this.#stream?.limits.maxFramesPerSecond ?? webSessionLimits.maxFramesPerSecond;
    this.captureAfter(Math.max(settleMs, this.#lastCaptureMs + 1000 / framesPerSecond - nowMs));
  }

  captureAfter(pauseMs: number): void {
    if (pauseMs > 0) {
      this.#stage = 'pausing';
      this.#do({ do: 'start-timer', timer: 'pause', afterMs: pauseMs });
      return;
    }
    this.#stage = 'judging';
    this.#capture += 1;
    this.#do({ do: 'capture', capture: this.#capture });
  }

  paused(): void {
    if (this.#stage === 'pausing') {
      this.captureAfter(0);
    }
  }

  /** Answers to the capture under way carry the old number from here on, and are dropped. */
  stop(): void {
    this.#stage = 'idle';
    this.#capture += 1;
    this.#do({ do: 'stop-timer', timer: 'pause' });
  }

  judged(capture: number, frame: JudgedFrame): void {
    if (capture !== this.#capture || this.#stage !== 'judging') {
      return;
    }
    const { filters, faces, width, height } = frame;
    this.#hasJudged = true;
    this.#lastCaptureMs = frame.capturedAtMs;
    const event = { type: 'video-frame-quality', filters, faces, width, height } as const;
    this.#do({ do: 'emit', name: 'video-frame-quality', event });
    if (reduceKeylessBiometricFiltersToTriggered(filters).length > 0) {
      this.captureAfter(REFUSED_PAUSE_MS);
      return;
    }
    this.#stage = 'sealing';
    this.#seal(frame);
  }

  #seal({ capturedAtMs, width, height }: JudgedFrame): void {
    const stream = this.#stream;
    const subject = this.#subject;
    if (stream === null || subject === null) {
      return;
    }
    this.#do({
      do: 'seal',
      capture: this.#capture,
      header: {
        encoding: this.#plan.encoding,
        flashStep: this.#flash?.step ?? 0,
        sequence: this.#sequence,
        capturedAtMs: Math.max(0, Math.round(capturedAtMs - this.#streamStartMs)),
        width,
        height,
      },
      context: {
        sessionId: stream.sessionId,
        stream: stream.stream,
        flow: subject.flow,
        customer: subject.customer.name,
        username: subject.username,
        transactionData: subject.transaction?.data,
        operationId: subject.operation?.id,
      },
      maxFrameBytes: Math.min(stream.limits.maxFrameBytes, webSessionLimits.maxFrameBytes),
    });
  }

  sealed(capture: number, bytes: Uint8Array<ArrayBuffer>): void {
    if (capture !== this.#capture || this.#stage !== 'sealing') {
      return;
    }
    this.#stage = 'sent';
    this.#do({ do: 'send-frame', bytes });
    this.#do({ do: 'start-timer', timer: 'answer', afterMs: this.#plan.answerTimeoutMs });
  }
}
