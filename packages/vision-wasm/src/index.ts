export { type DetectorThreadScope, serveDetectorThread } from './detector-thread.ts';
export type { FaceBox, Point } from './face-box.ts';
export { createFaceDetector, type FaceDetector, type FaceDetectorOptions } from './face-detector.ts';
export type { Frame } from './frame.ts';
export {
  createJpegEncoder,
  type EncodeJpegInput,
  type JpegEncoder,
  type Subsampling,
} from './jpeg-encoder.ts';
export {
  createThreadedFaceDetector,
  type DetectorWorker,
  type ThreadedFaceDetector,
  type ThreadedFaceDetectorOptions,
} from './threaded-face-detector.ts';
export { VisionError, type VisionErrorCode } from './vision-error.ts';
export { loadVisionModule, type VisionModule } from './webassembly.ts';
