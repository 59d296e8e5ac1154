import { LEFT_EYE, meanPoint, RIGHT_EYE } from '../face-geometry.ts';
import { toGrey } from '../image/pixels.ts';
import type { Box, RgbImage } from '../image/rgb-image.ts';
import { cropResize } from '../image/sample.ts';
import type { Landmarks } from '../landmarks.ts';
import type { Network } from '../runtime/inference-runtime.ts';

/** Probability that each eye is closed, 0..1, as seen in the picture. */
export interface EyeState {
  readonly left: number;
  readonly right: number;
}

export interface EyeStateEstimator {
  estimate(image: RgbImage, landmarks: Landmarks): Promise<EyeState>;
}

const SIDE = 24;
/** Side of the crop in eye widths. */
const CROP_EYE_WIDTHS = 1.6;
/** Contrast the network was trained at. */
const DEVIATION = 0.18;
const LEVEL = 0.45;

const eyeSquare = (landmarks: Landmarks, lids: readonly number[], outer: number, inner: number): Box => {
  const centre = meanPoint(landmarks, lids);
  const side =
    CROP_EYE_WIDTHS *
    Math.hypot(landmarks[inner].x - landmarks[outer].x, landmarks[inner].y - landmarks[outer].y);
  return { x: centre.x - side / 2, y: centre.y - side / 2, width: side, height: side };
};

/** Brings a crop to the mean and deviation the network knows, in place. */
const standardize = (grey: Float32Array): void => {
  let sum = 0;
  for (const value of grey) sum += value;
  const mean = sum / grey.length;
  let squares = 0;
  for (const value of grey) squares += (value - mean) ** 2;
  const factor = DEVIATION / Math.max(1e-6, Math.sqrt(squares / grey.length));
  for (let i = 0; i < grey.length; i++) grey[i] = (grey[i] - mean) * factor + LEVEL;
};

/** Eye network: 24x24 grey crops, one per eye; the first of two outputs is "closed". */
export const createEyeStateEstimator = (network: Network): EyeStateEstimator => {
  const rgb = new Float32Array(3 * SIDE * SIDE);
  const input = new Float32Array(SIDE * SIDE);
  const closed = async (image: RgbImage, square: Box): Promise<number> => {
    cropResize(image, square, SIDE, SIDE, rgb, 'nearest');
    toGrey(rgb, 1 / 255, input);
    standardize(input);
    const logits = (await network.run(input, [1, 1, SIDE, SIDE])).get('output')!;
    rgb.fill(0);
    input.fill(0);
    return 1 / (1 + Math.exp(logits[1] - logits[0]));
  };
  return {
    estimate: async (image, landmarks) => ({
      left: await closed(image, eyeSquare(landmarks, LEFT_EYE, 36, 39)),
      right: await closed(image, eyeSquare(landmarks, RIGHT_EYE, 45, 42)),
    }),
  };
};
