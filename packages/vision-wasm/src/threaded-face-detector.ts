import { decodeFaces, headsAt } from './decode-faces.ts';
import { loadWeights } from './detector-weights.ts';
import type { FaceBox } from './face-box.ts';
import { type DetectorExports, type FaceDetectorOptions, minScoreOf } from './face-detector.ts';
import { checkFrame, type Frame } from './frame.ts';
import { letterboxOf, writeFrame } from './frame-input.ts';
import { VisionError } from './vision-error.ts';
import { createSharedMemory, instantiate, type VisionModule } from './webassembly.ts';

/** What the detector needs of a `Worker` that runs `detector-worker.js`. */
export interface DetectorWorker {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: () => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  terminate(): unknown;
}

export interface ThreadedFaceDetectorOptions extends FaceDetectorOptions {
  /** From `vision-threads.wasm`. */
  readonly module: VisionModule;
  /** The bytes of `vision.data`, only read. */
  readonly data: Uint8Array;
  /** Workers that share the work, 1..8; none of them is the calling thread. */
  readonly threads: number;
  /** Starts one worker on `detector-worker.js`, as a module. */
  readonly startWorker: () => DetectorWorker;
}

/** Finds faces in frames, in workers. The same faces as `FaceDetector`, bit for bit. */
export interface ThreadedFaceDetector {
  /**
   * Faces of the frame, best score first; the frame has been read when the call returns its promise, unless another
   * one is under way: frames are taken in turn. Nothing of the frame stays behind.
   * @throws VisionError FRAME_INVALID, WORKER_FAILED
   */
  detect(frame: Frame): Promise<FaceBox[]>;
  /** Ends the workers; what is under way fails with WORKER_FAILED. */
  dispose(): void;
}

interface ThreadExports extends DetectorExports {
  frameOffset(): number;
}

interface Signals {
  readonly ready: Promise<void>;
  /** Resolves when a frame is done. One at a time. */
  nextDone(): Promise<void>;
  fail(message: string): void;
}

const MAX_THREADS = 8;

/**
 * Starts the workers and waits for all of them. For pages that are cross-origin isolated; the memory is shared.
 * @throws VisionError MODULE_INVALID, DATA_INVALID, PARAMETERS_INVALID, WORKER_FAILED
 */
export async function createThreadedFaceDetector(
  options: ThreadedFaceDetectorOptions,
): Promise<ThreadedFaceDetector> {
  const { module, data, threads, startWorker } = options;
  const minScore = minScoreOf(options);
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new VisionError('PARAMETERS_INVALID', `1 to ${MAX_THREADS} threads`);
  }
  const memory = createSharedMemory();
  const wasm = instantiate<ThreadExports>(module, 'frameOffset', memory);
  const bytes = new Uint8Array(memory.buffer);
  loadWeights(wasm, bytes, data);
  const heads = headsAt(memory.buffer, wasm.head16Offset(), wasm.head8Offset());
  const frameOffset = wasm.frameOffset();
  const frames = new Int32Array(memory.buffer, frameOffset, 1);
  const task = { module, memory, workers: threads, frameOffset };
  const { signals, stop } = await startWorkers(startWorker, threads, task);

  const detectNow = async (frame: Frame) => {
    writeFrame(wasm, bytes, frame);
    const done = signals.nextDone();
    Atomics.add(frames, 0, 1);
    Atomics.notify(frames, 0);
    await done;
    const faces = decodeFaces(heads, letterboxOf(frame), minScore);
    wasm.wipeFrame();
    return faces;
  };
  let previous: Promise<unknown> | undefined;
  return {
    async detect(frame) {
      checkFrame(frame);
      const current = previous === undefined ? detectNow(frame) : previous.then(() => detectNow(frame));
      const settled = current.then(
        () => {},
        () => {},
      );
      previous = settled;
      try {
        return await current;
      } finally {
        if (previous === settled) previous = undefined;
      }
    },
    dispose() {
      signals.fail('The detector was disposed');
      stop();
      wasm.wipeFrame();
    },
  };
}

interface WorkerGroup {
  readonly signals: Signals;
  stop(): void;
}

/** Starts all workers and waits until they are ready; ends them if one is not. */
async function startWorkers(
  startWorker: () => DetectorWorker,
  count: number,
  task: object,
): Promise<WorkerGroup> {
  const workers: DetectorWorker[] = [];
  const stop = () => {
    for (const worker of workers) worker.terminate();
  };
  try {
    for (let i = 0; i < count; i++) workers.push(startWorker());
    const signals = listen(workers);
    workers.forEach((worker, i) => {
      worker.postMessage({ ...task, worker: i });
    });
    await signals.ready;
    return { signals, stop };
  } catch (error) {
    stop();
    if (error instanceof VisionError) throw error;
    throw new VisionError('WORKER_FAILED', 'A worker of the detector could not be started');
  }
}

/** Turns the workers' messages into promises. A failure is final. */
function listen(workers: readonly DetectorWorker[]): Signals {
  let failure: VisionError | undefined;
  let waiting: { resolve(): void; reject(error: VisionError): void } | undefined;
  const wait = () =>
    new Promise<void>((resolve, reject) => {
      if (failure !== undefined) reject(failure);
      else waiting = { resolve, reject };
    });
  const fail = (message: string) => {
    failure ??= new VisionError('WORKER_FAILED', message);
    waiting?.reject(failure);
    waiting = undefined;
  };
  let missing = workers.length;
  const ready = wait();
  for (const worker of workers) {
    // Each worker tells once that it is ready; then the first one tells of every frame.
    worker.addEventListener('message', () => {
      if (missing > 0 && --missing > 0) return;
      const resolve = waiting?.resolve;
      waiting = undefined;
      resolve?.();
    });
    worker.addEventListener('error', () => fail('A worker of the detector failed'));
  }
  return { ready, nextDone: wait, fail };
}
