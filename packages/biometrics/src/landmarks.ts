import { toGrey } from './image/pixels.ts';
import type { Box, Point, RgbImage } from './image/rgb-image.ts';
import { cropResize } from './image/sample.ts';
import type { Network } from './runtime/inference-runtime.ts';

/** 68 points of the iBUG 300-W scheme, in pixels of the decoded picture. */
export type Landmarks = readonly Point[];

export interface LandmarkFinder {
  find(image: RgbImage, face: Box): Promise<Landmarks>;
}

/** Number of points. */
export const LANDMARK_COUNT = 68;

const SIDE = 64;

/** The square the network was trained on: the detector's box, a quarter higher and a little lower. */
const landmarkSquare = (face: Box): Box => {
  const side = 1.3 * face.height;
  return {
    x: face.x + face.width / 2 - side / 2,
    y: face.y - 0.25 * face.height,
    width: side,
    height: side,
  };
};

/** Points from the network's output, which is relative to the square it saw. */
export const placeLandmarks = (output: Float32Array, square: Box): Landmarks =>
  Array.from({ length: LANDMARK_COUNT }, (_, i) => ({
    x: square.x + output[2 * i] * square.width,
    y: square.y + output[2 * i + 1] * square.height,
  }));

/** Landmark network `grey-64`: 64x64 grey, v / 256. */
export const createGreyLandmarkFinder = (network: Network): LandmarkFinder => {
  const rgb = new Float32Array(3 * SIDE * SIDE);
  const input = new Float32Array(SIDE * SIDE);
  return {
    find: async (image, face) => {
      const square = landmarkSquare(face);
      cropResize(image, square, SIDE, SIDE, rgb, 'black');
      toGrey(rgb, 1 / 256, input);
      const outputs = await network.run(input, [1, 1, SIDE, SIDE]);
      rgb.fill(0);
      input.fill(0);
      return placeLandmarks(outputs.get('output')!, square);
    },
  };
};
