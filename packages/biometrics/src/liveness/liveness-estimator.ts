import { toPlanes } from '../image/pixels.ts';
import { type Box, type RgbImage, squareAround } from '../image/rgb-image.ts';
import { cropResize } from '../image/sample.ts';
import type { Network } from '../runtime/inference-runtime.ts';
import type { LivenessDetector } from './ultraface.ts';

export interface LivenessEstimator {
  /**
   * Probability that the picture shows a face and no print of one, 0..1; undefined where the liveness detector sees no
   * face. Weak against screens, no statement about masks or injected pictures.
   */
  estimate(image: RgbImage): Promise<number | undefined>;
}

const SIDE = 128;
/** The crop in sides of the detected square. */
const CROP_SCALE = 2.7;
const MEAN = [0, 0, 0] as const;
const SCALE = [1, 1, 1] as const;

/** The context square: as large as wanted and possible, moved inside the frame. */
const contextSquare = (image: RgbImage, box: Box): Box => {
  const face = Math.max(box.height, 1);
  const scale = Math.min((image.height - 1) / face, (image.width - 1) / face, CROP_SCALE);
  const square = squareAround(box, face * scale);
  return {
    ...square,
    x: Math.max(0, Math.min(square.x, image.width - 1 - square.width)),
    y: Math.max(0, Math.min(square.y, image.height - 1 - square.height)),
  };
};

const firstOfSoftmax = (logits: Float32Array): number => {
  const max = Math.max(...logits);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - max);
  return Math.exp(logits[0] - max) / total;
};

/** Liveness network: BGR 0..255, the face with its surroundings; the first of three classes is "live". */
export const createLivenessEstimator = (detector: LivenessDetector, network: Network): LivenessEstimator => {
  const rgb = new Float32Array(3 * SIDE * SIDE);
  const input = new Float32Array(3 * SIDE * SIDE);
  return {
    estimate: async (image) => {
      const box = await detector.detect(image);
      if (box === undefined) return undefined;
      cropResize(image, contextSquare(image, box), SIDE, SIDE, rgb, 'nearest');
      toPlanes(rgb, 'BGR', MEAN, SCALE, input);
      const outputs = await network.run(input, [1, 3, SIDE, SIDE]);
      rgb.fill(0);
      input.fill(0);
      return firstOfSoftmax(outputs.get('output')!);
    },
  };
};
