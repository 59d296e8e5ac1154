import { createJpegEncoder, createThreadedFaceDetector, loadVisionModule } from '@openrecognize/vision-wasm';
import { serveRequests } from '../serve-requests.ts';

/** A small network: more threads than this cost more in waiting than they bring. */
const MAX_THREADS = 4;

/** Published as `pthreads/wasm.js`: the worker that looks at frames, with threads of its own beside it. */
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
    startWorker: () => new Worker(new URL('./detector-worker.js', import.meta.url), { type: 'module' }),
  });
  return { detect: (frame) => detector.detect(frame), encodeJpeg: (frame) => encoder.encodeJpeg(frame) };
});
