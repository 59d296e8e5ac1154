import { createFaceDetector, createJpegEncoder, loadVisionModule } from '@openrecognize/vision-wasm';
import { serveRequests } from './serve-requests.ts';

/** Published as `wasm.js`: the worker that looks at frames, in one thread. */
serveRequests(globalThis as never, async ({ binary, data }) => {
  const module = await loadVisionModule(binary);
  const detector = createFaceDetector(module, new Uint8Array(data));
  const encoder = createJpegEncoder(module);
  return { detect: (frame) => detector.detect(frame), encodeJpeg: (frame) => encoder.encodeJpeg(frame) };
});
