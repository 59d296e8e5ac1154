import {
  createJpegEncoder,
  createThreadedFaceDetector,
  loadVisionModule,
  serveDetectorThread,
} from '@openrecognize/vision-wasm';
import { serveRequests } from '../serve-requests.ts';

/** A small network: more threads than this cost more in waiting than they bring. */
const MAX_THREADS = 4;
/** Name of the workers that are threads of another one; they run the same file, so that it needs no second one. */
const THREAD_NAME = 'keyless-thread';

const startThread = (): Worker => new Worker(location.href, { type: 'module', name: THREAD_NAME });

/** Published as `pthreads/wasm.js`: the worker that looks at frames, with threads of its own beside it. */
if (self.name === THREAD_NAME) {
  serveDetectorThread(globalThis as never);
} else {
  serveRequests(globalThis as never, async ({ binary, data, threadsBinary }) => {
    if (threadsBinary === undefined) {
      throw new Error('the module for several threads is missing');
    }
    const [single, shared] = await Promise.all([loadVisionModule(binary), loadVisionModule(threadsBinary)]);
    const encoder = createJpegEncoder(single);
    const detector = await createThreadedFaceDetector({
      module: shared,
      data: new Uint8Array(data),
      threads: Math.max(1, Math.min(MAX_THREADS, navigator.hardwareConcurrency - 1)),
      startWorker: startThread,
    });
    return {
      detect: (frame) => detector.detect(frame),
      encodeJpeg: (frame) => encoder.encodeJpeg(frame),
    };
  });
}
