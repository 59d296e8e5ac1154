import type {
  RecognitionAttempt,
  RecognitionClient,
  RecognitionFlow,
  RecognitionOptions,
  WebAssemblyOptions,
} from '../recognition/recognition-client.ts';
import { isClientFailure } from '../recognition/recognition-client.ts';
import { flowDeadlineMs } from './flow-deadline.ts';
import type { ClientEvent, ElementEventName, FlowEffect, FlowEvent } from './flow-event.ts';
import { reduceFlow } from './flow-reducer.ts';
import { type FlowSettings, type FlowState, INITIAL_FLOW_STATE } from './flow-state.ts';

/** What a runner asks of the element it works for. */
export interface FlowHost {
  readonly flow: RecognitionFlow;
  recognitionClient(): RecognitionClient;
  recognitionOptions(): RecognitionOptions;
  webAssemblyOptions(): WebAssemblyOptions;
  flowSettings(): FlowSettings;
  /** The state changed; paint it. */
  flowChanged(state: FlowState): void;
  dispatchFlowEvent(name: ElementEventName, detail: unknown): void;
}

/** Runs the effects of the reducer against the recognition client, and keeps the clock of the waits. */
export class FlowRunner {
  readonly #host: FlowHost;
  #state: FlowState = INITIAL_FLOW_STATE;
  #attempt: RecognitionAttempt | undefined;
  #video: HTMLVideoElement | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerKey = '';
  #stopWatching: (() => void) | undefined;
  #isDisposed = false;

  constructor(host: FlowHost) {
    this.#host = host;
  }

  get state(): FlowState {
    return this.#state;
  }

  /** Plays the camera of the attempt under way. */
  get video(): HTMLVideoElement | undefined {
    return this.#video;
  }

  start(joinToken: string | undefined): void {
    this.#stopWatching = this.#host.recognitionClient().watchPermission((permission) => {
      this.send({ type: 'permission-changed', permission });
    });
    this.send({ type: 'mounted', joinToken });
  }

  send(event: FlowEvent): void {
    if (this.#isDisposed) return;
    const before = this.#state;
    const { state, effects } = reduceFlow(before, event, this.#host.flowSettings());
    this.#state = state;
    if (state.generation !== before.generation) this.#disposeAttempt();
    this.#keepTime(event.type !== 'timed-out' ? before : undefined);
    if (state !== before) this.#host.flowChanged(state);
    for (const effect of effects) this.#run(effect, state.generation);
  }

  /** Ends everything, for good. Idempotent. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#stopWatching?.();
    this.#disposeAttempt();
  }

  /** A `dispose-attempt` needs nothing here: the new generation of its state has disposed of the attempt. */
  #run(effect: FlowEffect, generation: number): void {
    if (effect.type === 'bootstrap') void this.#bootstrap(generation);
    else if (effect.type === 'start-camera') void this.#startCamera(effect.cameraId, generation);
    else if (effect.type === 'connect') {
      this.#open(generation).connect(this.#host.recognitionOptions(), effect.joinToken);
    } else if (effect.type === 'request-transfer') this.#open(generation).requestTransfer();
    else if (effect.type === 'dispatch') this.#host.dispatchFlowEvent(effect.name, effect.detail);
  }

  async #bootstrap(generation: number): Promise<void> {
    const answer = await this.#host.recognitionClient().prepare(this.#host.webAssemblyOptions());
    if (isClientFailure(answer)) this.#receive(generation, { type: 'failed', code: answer.code });
    else this.#receive(generation, { type: 'bootstrapped', ...answer });
  }

  async #startCamera(cameraId: string | undefined, generation: number): Promise<void> {
    const answer = await this.#open(generation).startCamera(cameraId);
    if (generation !== this.#state.generation) return;
    if (isClientFailure(answer)) return this.#receive(generation, { type: 'camera-failed', ...answer });
    const { video, ...camera } = answer;
    this.#video = video;
    this.#receive(generation, { type: 'camera-started', ...camera });
  }

  #open(generation: number): RecognitionAttempt {
    this.#attempt ??= this.#host
      .recognitionClient()
      .open(this.#host.flow, (event) => this.#receive(generation, event));
    return this.#attempt;
  }

  /** Late reports of an attempt that is over are dropped. */
  #receive(generation: number, event: ClientEvent): void {
    if (generation === this.#state.generation) this.send(event);
  }

  #disposeAttempt(): void {
    this.#attempt?.dispose();
    this.#attempt = undefined;
    this.#video = undefined;
  }

  /** One clock: it starts anew when another wait begins, and runs on while the same wait lasts. */
  #keepTime(before: FlowState | undefined): void {
    const { step, generation, isAskingPermission, isCameraRunning, transfer, transferCount } = this.#state;
    const key = [step, generation, isAskingPermission, isCameraRunning, transfer?.token, transfer?.isJoined];
    const timerKey = [...key, transferCount].join('|');
    if (before && timerKey === this.#timerKey) return;
    this.#timerKey = timerKey;
    clearTimeout(this.#timer);
    const deadlineMs = flowDeadlineMs(this.#state);
    if (deadlineMs === null) return;
    this.#timer = setTimeout(() => this.send({ type: 'timed-out' }), deadlineMs);
  }
}
