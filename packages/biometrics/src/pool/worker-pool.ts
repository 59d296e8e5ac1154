import { errorFromBody, RecognizeError } from '@openrecognize/contracts';
import type { ImageMeasurement } from '../image-analysis.ts';
import { imageBytes, type JobRequest, type WorkerReply } from './messages.ts';

/** The part of a `worker_threads` worker the pool uses. */
export interface PoolWorker {
  postMessage(message: JobRequest | 'close', transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (reply: WorkerReply) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
}

export interface WorkerPoolOptions {
  readonly spawn: () => PoolWorker;
  /** Workers kept alive. */
  readonly size: number;
  /** Jobs that may wait for a worker. */
  readonly queueLimit: number;
}

interface Job {
  readonly request: JobRequest;
  readonly resolve: (result: ImageMeasurement) => void;
  readonly reject: (error: unknown) => void;
}

interface Slot {
  worker: PoolWorker;
  /** Settles when the worker is ready or cannot be. */
  ready: Promise<void>;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  job: Job | undefined;
}

/** A queue in front of a fixed number of workers; a worker that dies costs one job and is replaced. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[] = [];
  readonly #queue: Job[] = [];
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let i = 0; i < options.size; i++) this.#slots.push(this.#start());
  }

  /** Resolves when every worker is ready. @throws the error that kept one from starting */
  async ready(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.ready));
  }

  /** Queues a job. @throws RecognizeError `BIOMETRIC_POOL_BUSY`, `BIOMETRIC_POOL_CLOSED`, or what the job threw */
  run(request: JobRequest): Promise<ImageMeasurement> {
    if (this.#closing) return Promise.reject(new RecognizeError('BIOMETRIC_POOL_CLOSED'));
    const free = this.#slots.some((slot) => slot.state === 'idle');
    if (!free && this.#queue.length >= this.#options.queueLimit) {
      return Promise.reject(new RecognizeError('BIOMETRIC_POOL_BUSY'));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#dispatch();
    });
  }

  /** Takes no more jobs, finishes those it has, ends the workers. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    if (this.#pending() > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    const ended = this.#slots
      .filter((slot) => slot.state !== 'gone')
      .map((slot) => new Promise<void>((resolve) => slot.worker.on('exit', resolve)));
    for (const slot of this.#slots) slot.worker.postMessage('close');
    await Promise.all(ended);
  }

  #pending(): number {
    return this.#queue.length + this.#slots.filter((slot) => slot.job !== undefined).length;
  }

  #start(): Slot {
    const worker = this.#options.spawn();
    const started = Promise.withResolvers<void>();
    const slot: Slot = { worker, ready: started.promise, state: 'starting', job: undefined };
    slot.ready.catch(() => {});
    let failure: unknown;
    worker.on('message', (reply) => {
      if (reply.kind === 'failed') failure = errorFromBody(reply.error);
      else if (reply.kind === 'ready') {
        slot.state = 'idle';
        started.resolve();
        this.#dispatch();
      } else this.#finish(slot, reply);
    });
    worker.on('error', (error) => {
      failure = new RecognizeError('INTERNAL_ERROR', { cause: error });
    });
    worker.on('exit', () => {
      const cause = failure ?? new RecognizeError('INTERNAL_ERROR');
      const wasReady = slot.state !== 'starting';
      slot.state = 'gone';
      started.reject(cause);
      this.#bury(slot, cause, wasReady);
    });
    return slot;
  }

  #finish(slot: Slot, reply: Extract<WorkerReply, { kind: 'result' | 'error' }>): void {
    const { job } = slot;
    slot.job = undefined;
    slot.state = 'idle';
    if (reply.kind === 'result') job?.resolve(reply.result);
    else job?.reject(errorFromBody(reply.error));
    this.#dispatch();
  }

  /** A worker is gone: its job fails, and it is replaced unless it never came up or the pool is empty-handed. */
  #bury(slot: Slot, cause: unknown, wasReady: boolean): void {
    slot.job?.reject(cause);
    slot.job = undefined;
    const index = this.#slots.indexOf(slot);
    if (wasReady && (!this.#closing || this.#queue.length > 0)) this.#slots[index] = this.#start();
    else if (this.#slots.every((each) => each.state === 'gone')) {
      for (const job of this.#queue.splice(0)) job.reject(cause);
    }
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const slot = this.#slots.find((each) => each.state === 'idle');
      if (slot === undefined) {
        this.#revive();
        return;
      }
      const job = this.#queue.shift()!;
      slot.state = 'busy';
      slot.job = job;
      slot.worker.postMessage(job.request, [imageBytes(job.request.image).buffer as ArrayBuffer]);
    }
    if (this.#closing && this.#pending() === 0) this.#drained?.();
  }

  /** With every worker gone, a new job is reason to try one again: the models may have come back. */
  #revive(): void {
    if (this.#slots.every((slot) => slot.state === 'gone')) this.#slots[0] = this.#start();
  }
}
