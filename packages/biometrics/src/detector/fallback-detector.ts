import type { FaceDetector } from './face-detection.ts';

/** Asks the second detector only where the first finds nothing. */
export const createFallbackDetector = (first: FaceDetector, second: FaceDetector): FaceDetector => ({
  detect: async (image) => {
    const faces = await first.detect(image);
    return faces.length > 0 ? faces : second.detect(image);
  },
});
