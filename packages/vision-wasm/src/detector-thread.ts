/** The first and only message a worker gets. */
export interface WorkerTask {
  readonly module: unknown;
  readonly memory: { readonly buffer: SharedArrayBuffer };
  /** This worker's number, from 0, of how many. */
  readonly worker: number;
  readonly workers: number;
  /** Byte offset of the word that counts frames. */
  readonly frameOffset: number;
}

declare const WebAssembly: {
  readonly Instance: new (
    module: unknown,
    imports: object,
  ) => { readonly exports: { detectPart(worker: number, workers: number): void } };
};

/** The part of a worker's global scope that is used. */
export interface DetectorThreadScope {
  postMessage(message: unknown): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: WorkerTask }) => void,
    options: { readonly once: boolean },
  ): void;
}

/** Computes this worker's part of every frame that is announced. Ends with the worker. */
function work(
  scope: DetectorThreadScope,
  { module, memory, worker, workers, frameOffset }: WorkerTask,
): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const frames = new Int32Array(memory.buffer, frameOffset, 1);
  let seen = Atomics.load(frames, 0);
  scope.postMessage({ ready: worker });
  for (;;) {
    Atomics.wait(frames, 0, seen);
    const frame = Atomics.load(frames, 0);
    if (frame === seen) continue;
    seen = frame;
    exports.detectPart(worker, workers);
    // All parts are done when one returns.
    if (worker === 0) scope.postMessage({ done: frame });
  }
}

/** Makes a worker one of the threads of `createThreadedFaceDetector`. To be called before its script ends. */
export function serveDetectorThread(scope: DetectorThreadScope): void {
  scope.addEventListener('message', ({ data }) => work(scope, data), { once: true });
}
