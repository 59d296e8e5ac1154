import { toPlanes } from '../image/pixels.ts';
import type { Box, RgbImage } from '../image/rgb-image.ts';
import { cropResize } from '../image/sample.ts';
import type { Landmarks } from '../landmarks.ts';
import type { Network } from '../runtime/inference-runtime.ts';

/** Where a head looks, in degrees; 0 is straight at the camera. */
export interface HeadPose {
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
}

export interface PoseEstimator {
  estimate(image: RgbImage, face: Box, landmarks: Landmarks): Promise<HeadPose>;
}

const SIDE = 224;
/** The crop is the face box and a quarter more on each side. */
const MARGIN = 0.25;
/** ImageNet statistics for 0..255. */
const MEAN = [0.485 * 255, 0.456 * 255, 0.406 * 255] as const;
const SCALE = [1 / (0.229 * 255), 1 / (0.224 * 255), 1 / (0.225 * 255)] as const;

/** Expected value of 66 bins of 3 degrees from -99 (Hopenet, arXiv:1710.00925 §3.2). */
const expectedDegrees = (logits: Float32Array): number => {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) max = Math.max(max, logit);
  let total = 0;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp(logits[i] - max);
    total += weight;
    sum += weight * i;
  }
  return (sum / total) * 3 - 99;
};

/** Head pose network: the face box with a margin, 224x224 RGB, ImageNet statistics. */
export const createPoseEstimator = (network: Network): PoseEstimator => {
  const rgb = new Float32Array(3 * SIDE * SIDE);
  const input = new Float32Array(3 * SIDE * SIDE);
  return {
    estimate: async (image, face) => {
      const crop = {
        x: face.x - MARGIN * face.width,
        y: face.y - MARGIN * face.height,
        width: (1 + 2 * MARGIN) * face.width,
        height: (1 + 2 * MARGIN) * face.height,
      };
      cropResize(image, crop, SIDE, SIDE, rgb, 'nearest');
      toPlanes(rgb, 'RGB', MEAN, SCALE, input);
      const outputs = await network.run(input, [1, 3, SIDE, SIDE]);
      rgb.fill(0);
      input.fill(0);
      return {
        yawDegrees: expectedDegrees(outputs.get('output')!),
        pitchDegrees: expectedDegrees(outputs.get('617')!),
        rollDegrees: expectedDegrees(outputs.get('618')!),
      };
    },
  };
};
