import {
  type BeginStreamMessage,
  type FlashStep,
  type FrameResultsMessage,
  type ServerMessage,
  WEB_SESSION_CLOSE,
  type WrappedContentKey,
  webSessionLimits,
} from '@openrecognize/contracts/ws';
import type { AttemptEffect, AttemptInput, AttemptTimer } from './attempt-messages.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import { beginStreamEvent, finishedEvent, frameResultsEvent, serverFailure } from './event-payloads.ts';
import { firstMessage, isResumable } from './first-message.ts';
import { FrameCycle } from './frame-cycle.ts';
import type { KeylessError } from './keyless-error.ts';
import type { KeylessEventMap, KeylessEventName, KeylessFailure } from './keyless-events.ts';
import { eventNameOf, type FailureDetails, keylessFailure } from './keyless-failure.ts';
import { type AttemptPhase, type AttemptPosition, isInOrder } from './message-order.ts';
import { parseServerMessage } from './server-message.ts';

/** RFC 6455 §7.1.5: the connection ended without a close frame. */
const NO_CLOSE_CODE = 1006;
const RESUME_PAUSE_MS = 500;
/** So much longer than the server's own deadline: its code says more than ours. */
const SESSION_GRACE_MS = 5_000;

/**
 * One attempt as a state machine without sockets, clock or randomness: `handle` takes what happened and returns what
 * to do. The order is that of spec 07 §2; whatever breaks it ends the attempt with a code.
 */
export class AttemptMachine {
  readonly #plan: ConnectionPlan;
  #phase: AttemptPhase = 'connecting';
  #link = 0;
  #isSocketOpen = false;
  #hasOpened = false;
  #key: WrappedContentKey | null = null;
  #stream: BeginStreamMessage | null = null;
  #resumes = 0;
  #isResuming = false;
  #isTransferAsked = false;
  #phaseBeforeLoss: AttemptPhase = 'streaming';
  readonly #frames: FrameCycle;
  #effects: AttemptEffect[] = [];
  #nowMs = 0;

  constructor(plan: ConnectionPlan) {
    this.#plan = plan;
    this.#frames = new FrameCycle(plan, (effect) => this.#do(effect));
  }

  get hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  /** Colour that belongs on the screen now, or null. */
  get flash(): FlashStep | null {
    return this.#phase === 'streaming' ? this.#frames.flash : null;
  }

  /** First effects. */
  start(): AttemptEffect[] {
    return this.#run(0, () => this.#connect());
  }

  /** @param nowMs any clock that never goes back */
  handle(input: AttemptInput, nowMs: number): AttemptEffect[] {
    return this.#run(nowMs, () => this.#dispatch(input));
  }

  /** Ends without an event. */
  dispose(): AttemptEffect[] {
    return this.#run(this.#nowMs, () => {
      if (this.#phase === 'ended') {
        return;
      }
      if (this.#isSocketOpen) {
        this.#do({ do: 'send', message: { type: 'cancel' } });
      }
      this.#end(WEB_SESSION_CLOSE.finished, null);
    });
  }

  #run(nowMs: number, step: () => void): AttemptEffect[] {
    this.#nowMs = nowMs;
    this.#effects = [];
    step();
    return this.#effects;
  }

  #do(effect: AttemptEffect): void {
    this.#effects.push(effect);
  }

  #emit<Name extends KeylessEventName>(name: Name, event: KeylessEventMap[Name]): void {
    this.#do({ do: 'emit', name, event });
  }

  #startTimer(timer: AttemptTimer, afterMs: number): void {
    this.#do({ do: 'start-timer', timer, afterMs });
  }

  #dispatch(input: AttemptInput): void {
    if (input.type === 'socket-closed') {
      this.#onClosed(input.link, input.code);
      return;
    }
    if (this.#phase === 'ended' || ('link' in input && input.link !== this.#link)) {
      return;
    }
    switch (input.type) {
      case 'key-ready':
        this.#key = input.key;
        this.#do({ do: 'connect', link: this.#link, url: this.#plan.socketUrl });
        return;
      case 'socket-open':
        this.#onOpen();
        return;
      case 'socket-message':
        this.#onText(input.text);
        return;
      case 'socket-error':
        this.#onSocketError();
        return;
      case 'frame-judged':
        this.#frames.judged(input.capture, input.frame);
        return;
      case 'frame-sealed':
        this.#frames.sealed(input.capture, input.bytes);
        return;
      case 'timer':
        this.#onTimer(input.timer);
        return;
      case 'transfer-wanted':
        this.#onTransferWanted();
        return;
      case 'failed':
        this.#fail(input.code, { cause: input.cause });
        return;
    }
  }

  #connect(): void {
    this.#phase = 'connecting';
    this.#link += 1;
    this.#key = null;
    this.#startTimer('answer', this.#plan.answerTimeoutMs);
    this.#do({ do: 'prepare-key', link: this.#link, source: this.#plan.keySource });
  }

  #onOpen(): void {
    if (this.#phase !== 'connecting' || this.#key === null) {
      return;
    }
    this.#isSocketOpen = true;
    this.#hasOpened = true;
    this.#phase = 'greeting';
    const resumed = this.#isResuming ? this.#stream : null;
    this.#emit('ws-open', { type: 'ws-open' });
    this.#do({ do: 'send', message: firstMessage(this.#plan, this.#key, resumed) });
    this.#startTimer('answer', this.#plan.answerTimeoutMs);
  }

  #onText(text: string): void {
    const { message, code } = parseServerMessage(text);
    if (message === undefined) {
      this.#fail(code);
      return;
    }
    if (!isInOrder(message, this.#position)) {
      this.#fail('WEB_SOCKET_MESSAGE_SET_UNSET');
      return;
    }
    this.#onMessage(message);
  }

  get #position(): AttemptPosition {
    return {
      phase: this.#phase,
      isResuming: this.#isResuming,
      isTransferAsked: this.#isTransferAsked,
      isAwaited: (sequence) => this.#frames.isAwaited(sequence),
    };
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'begin-stream':
        this.#onBeginStream(message);
        return;
      case 'frame-results':
        this.#onFrameResults(message);
        return;
      case 'stop-stream':
        this.#onStopStream();
        return;
      case 'finished':
        this.#emit('finished', finishedEvent(message));
        this.#end(WEB_SESSION_CLOSE.finished, null);
        return;
      case 'transfer':
        this.#isTransferAsked = false;
        this.#do({ do: 'settle-transfer', transfer: message });
        this.#startTimer('session', message.expiresInSeconds * 1000 + this.#sessionMs());
        return;
      case 'transfer-joined':
        this.#frames.stop();
        this.#phase = 'following';
        this.#isResuming = false;
        this.#do({ do: 'stop-timer', timer: 'answer' });
        this.#do({ do: 'stop-timer', timer: 'resume-window' });
        this.#startTimer('session', this.#sessionMs() + webSessionLimits.matchTimeoutMs);
        this.#emit('transfer-joined', { type: 'transfer-joined' });
        return;
      case 'error':
        this.#failWith(serverFailure(message));
        return;
    }
  }

  #sessionMs(): number {
    return (this.#stream?.limits.sessionTimeoutMs ?? webSessionLimits.sessionTimeoutMs) + SESSION_GRACE_MS;
  }

  #onBeginStream(message: BeginStreamMessage): void {
    const isFirst = this.#stream === null;
    this.#stream = message;
    if (!this.#frames.begin(message, this.#nowMs)) {
      this.#fail('WEB_SOCKET_MESSAGE_SET_UNSET');
      return;
    }
    this.#isResuming = false;
    this.#phase = this.#phaseBeforeLoss === 'following' ? 'following' : 'streaming';
    this.#do({ do: 'stop-timer', timer: 'answer' });
    this.#do({ do: 'stop-timer', timer: 'resume-window' });
    if (isFirst) {
      this.#startTimer('session', this.#sessionMs());
      this.#emit('begin-stream', beginStreamEvent(message));
    }
    const settleMs = this.#frames.takeFlash(message.flash);
    if (this.#phase === 'streaming') {
      this.#frames.captureAfter(settleMs);
    }
  }

  #onFrameResults(message: FrameResultsMessage): void {
    this.#emit('frame-results', frameResultsEvent(message));
    if (this.#phase !== 'streaming') {
      return;
    }
    this.#do({ do: 'stop-timer', timer: 'answer' });
    this.#frames.answered(this.#frames.takeFlash(message.flash), this.#nowMs);
  }

  #onStopStream(): void {
    this.#frames.stop();
    this.#emit('stop-stream', { type: 'stop-stream' });
    this.#do({ do: 'stop-timer', timer: 'session' });
    this.#do({ do: 'stop-timer', timer: 'resume-window' });
    this.#isResuming = false;
    this.#phase = 'computing';
    this.#startTimer('answer', this.#plan.matchTimeoutMs);
  }

  #onTransferWanted(): void {
    if (this.#phase !== 'streaming' || this.#isTransferAsked) {
      this.#do({ do: 'settle-transfer', transfer: keylessFailure('SESSION_MANAGER_NULL') });
      return;
    }
    this.#isTransferAsked = true;
    this.#do({ do: 'send', message: { type: 'request-transfer' } });
  }

  #onTimer(timer: AttemptTimer): void {
    if (timer === 'pause' && this.#phase === 'waiting-to-resume') {
      this.#connect();
    } else if (timer === 'pause') {
      this.#frames.paused();
    } else if (timer === 'resume-window') {
      this.#fail('WEB_SOCKET_UNEXPECTED_CLOSE');
    } else if (timer === 'session') {
      this.#fail(
        this.#frames.hasJudged || this.#phase === 'following' ? 'WEB_SOCKET_TIMEOUT' : 'VIDEO_ELEMENT_UNSET',
      );
    } else if (timer === 'answer') {
      this.#onSilence();
    }
  }

  /** The server didn't answer. A half-open connection is worth one more, a new one that stays silent is not. */
  #onSilence(): void {
    if (this.#isResuming && this.#phase !== 'computing') {
      this.#retryLater();
      return;
    }
    this.#fail('WEB_SOCKET_TIMEOUT');
  }

  #onSocketError(): void {
    // A close follows (RFC 6455 §7.1.7); before the first stream nobody could resume, so this is the end.
    if (this.#stream === null) {
      this.#fail(this.#hasOpened ? 'WEB_SOCKET_ERROR' : 'WEB_SOCKET_OPEN');
    }
  }

  #onClosed(link: number, code: number): void {
    if (link !== this.#link) {
      return;
    }
    this.#markLost(code);
    if (this.#phase === 'ended') {
      return;
    }
    if (this.#stream === null && !this.#hasOpened) {
      this.#fail('WEB_SOCKET_OPEN');
    } else if (this.#stream === null || !isResumable(code)) {
      this.#fail('WEB_SOCKET_UNEXPECTED_CLOSE');
    } else if (this.#isResuming) {
      this.#retryLater();
    } else if (this.#resumes >= webSessionLimits.maxResumes) {
      this.#fail('WEB_SOCKET_UNEXPECTED_CLOSE');
    } else {
      this.#resume();
    }
  }

  #markLost(code: number): void {
    if (this.#isSocketOpen) {
      this.#isSocketOpen = false;
      this.#emit('ws-close', { type: 'ws-close', code });
    }
  }

  #refuseTransfer(failure: KeylessFailure): void {
    if (this.#isTransferAsked) {
      this.#isTransferAsked = false;
      this.#do({ do: 'settle-transfer', transfer: failure });
    }
  }

  #resume(): void {
    this.#refuseTransfer(keylessFailure('WEB_SOCKET_UNEXPECTED_CLOSE'));
    this.#resumes += 1;
    this.#isResuming = true;
    this.#phaseBeforeLoss = this.#phase;
    this.#frames.stop();
    this.#startTimer('resume-window', webSessionLimits.resumeWindowMs);
    this.#connect();
  }

  #retryLater(): void {
    this.#phase = 'waiting-to-resume';
    this.#link += 1;
    this.#markLost(NO_CLOSE_CODE);
    this.#do({ do: 'close', code: WEB_SESSION_CLOSE.finished });
    this.#do({ do: 'stop-timer', timer: 'answer' });
    this.#startTimer('pause', RESUME_PAUSE_MS);
  }

  #fail(code: KeylessError, details: FailureDetails = {}): void {
    this.#failWith(keylessFailure(code, details));
  }

  #failWith(failure: KeylessFailure): void {
    this.#emit(eventNameOf(failure.message), failure);
    this.#end(WEB_SESSION_CLOSE.finished, failure);
  }

  #end(closeCode: number, failure: KeylessFailure | null): void {
    this.#frames.stop();
    this.#refuseTransfer(failure ?? keylessFailure('SESSION_MANAGER_NULL'));
    this.#phase = 'ended';
    this.#key = null;
    this.#do({ do: 'close', code: closeCode });
    this.#do({ do: 'release', failure });
  }
}
