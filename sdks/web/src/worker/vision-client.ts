import type { FrameEncoding } from '@openrecognize/contracts/ws';
import type { DetectedFace } from '../core/client-filters.ts';
import { createDeferred, type Deferred } from '../core/deferred.ts';
import type { KeylessError } from '../core/keyless-error.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import type { PageFrame } from './page-frame.ts';
import type { NumberedAnswer, StartRequest, WorkerAnswers, WorkerRequest } from './worker-protocol.ts';

const START_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 10_000;

interface Pending {
  readonly deferred: Deferred<WorkerAnswers[WorkerRequest['type']]>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The page's side of the worker. Each request has an end: an answer, a failure with a code, or a deadline. */
export class VisionClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isStarted = false;
  #isAborted = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<NumberedAnswer>) => this.#settle(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#abort(event.message);
    });
    worker.addEventListener('messageerror', () => this.#abort('unreadable answer'));
  }

  /** The module trapped or the worker died; every further request fails with `WEB_ASSEMBLY_ABORTED`. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** @throws `WEB_ASSEMBLY_FACTORY_FAILED` */
  async start(modules: Omit<StartRequest, 'type'>): Promise<void> {
    const { binary, data, threadsBinary } = modules;
    const transfer = threadsBinary === undefined ? [binary, data] : [binary, data, threadsBinary];
    try {
      await this.#ask({ type: 'start', ...modules }, START_TIMEOUT_MS, transfer);
    } catch (cause) {
      throw keylessFailure('WEB_ASSEMBLY_FACTORY_FAILED', { cause });
    }
    this.#isStarted = true;
  }

  /**
   * Finds faces, best first. The frame's buffer moves to the worker, which keeps it for this source.
   * @param source number of the caller, for `encode` and `forget`
   * @throws `WEB_ASSEMBLY_NOT_READY`, `WEB_ASSEMBLY_ABORTED`, `EXCEPTION`
   */
  async detect(source: number, { pixels, width, height }: PageFrame): Promise<readonly DetectedFace[]> {
    const { buffer } = pixels;
    const request = { type: 'detect', source, pixels: buffer, width, height } as const;
    const { faces } = await this.#ask(request, ANSWER_TIMEOUT_MS, [buffer]);
    return faces;
  }

  /**
   * Encodes the frame that was looked at last for this source.
   * @param quality 0 to 1; of JPEG only
   */
  async encode(source: number, encoding: FrameEncoding, quality: number): Promise<Uint8Array<ArrayBuffer>> {
    const { bytes } = await this.#ask({ type: 'encode', source, encoding, quality }, ANSWER_TIMEOUT_MS, []);
    return new Uint8Array(bytes);
  }

  /** Has the worker overwrite the frame it keeps for this source. */
  forget(source: number): void {
    this.#ask({ type: 'forget', source }, ANSWER_TIMEOUT_MS, []).catch(() => undefined);
  }

  terminate(): void {
    this.#worker.terminate();
    this.#abort('terminated');
  }

  #ask<Request extends WorkerRequest>(
    request: Request,
    timeoutMs: number,
    transfer: ArrayBuffer[],
  ): Promise<WorkerAnswers[Request['type']]> {
    if (this.#isAborted) {
      return Promise.reject(keylessFailure('WEB_ASSEMBLY_ABORTED'));
    }
    if (!this.#isStarted && request.type !== 'start') {
      return Promise.reject(keylessFailure('WEB_ASSEMBLY_NOT_READY'));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const deferred = createDeferred<WorkerAnswers[WorkerRequest['type']]>();
    const timer = setTimeout(() => this.#abort(`no answer to ${request.type}`), timeoutMs);
    this.#pending.set(id, { deferred, timer });
    this.#worker.postMessage({ id, request }, transfer);
    return deferred.promise as Promise<WorkerAnswers[Request['type']]>;
  }

  #settle(answer: NumberedAnswer): void {
    if ('failure' in answer && answer.failure === 'aborted') {
      this.#abort(answer.text);
      return;
    }
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) {
      return;
    }
    clearTimeout(pending.timer);
    this.#pending.delete(answer.id);
    if ('failure' in answer) {
      pending.deferred.reject(keylessFailure('EXCEPTION', { cause: answer.text }));
    } else {
      pending.deferred.resolve(answer.answer);
    }
  }

  #abort(cause: string): void {
    this.#isAborted = true;
    const code: KeylessError = 'WEB_ASSEMBLY_ABORTED';
    for (const { deferred, timer } of this.#pending.values()) {
      clearTimeout(timer);
      deferred.reject(keylessFailure(code, { cause }));
    }
    this.#pending.clear();
    this.#worker.terminate();
  }
}
