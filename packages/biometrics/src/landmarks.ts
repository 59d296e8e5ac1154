import { FACE_API_MEAN, toGrey, toPlanes } from './image/pixels.ts';
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
const FACE_API_SIDE = 112;
const FACE_API_SCALE = [1 / 255, 1 / 255, 1 / 255] as const;

/** A square relative to the detector's box: side and rise of its top edge above the box, both in box heights. */
interface SquareOptions {
  readonly side: number;
  readonly rise: number;
}

const GREY_SQUARE: SquareOptions = { side: 1.3, rise: 0.25 };
const FACE_API_SQUARE: SquareOptions = { side: 1.2, rise: 0.15 };

const squareOver = (face: Box, options: SquareOptions): Box => {
  const side = options.side * face.height;
  return {
    x: face.x + face.width / 2 - side / 2,
    y: face.y - options.rise * face.height,
    width: side,
    height: side,
  };
};

/** Points from the network's output, which is relative to the square it saw. */
const placeLandmarks = (output: Float32Array, square: Box): Landmarks =>
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
      const square = squareOver(face, GREY_SQUARE);
      cropResize(image, square, SIDE, SIDE, rgb, 'black');
      toGrey(rgb, 1 / 256, input);
      const outputs = await network.run(input, [1, 1, SIDE, SIDE]);
      rgb.fill(0);
      input.fill(0);
      return placeLandmarks(outputs.get('output')!, square);
    },
  };
};

/** Landmark network `face-api-112`: 112x112 RGB, (v - mean) / 255. */
export const createFaceApiLandmarkFinder = (network: Network): LandmarkFinder => {
  const rgb = new Float32Array(3 * FACE_API_SIDE * FACE_API_SIDE);
  const input = new Float32Array(3 * FACE_API_SIDE * FACE_API_SIDE);
  return {
    find: async (image, face) => {
      const square = squareOver(face, FACE_API_SQUARE);
      cropResize(image, square, FACE_API_SIDE, FACE_API_SIDE, rgb, 'black');
      toPlanes(rgb, 'RGB', FACE_API_MEAN, FACE_API_SCALE, input);
      const outputs = await network.run(input, [1, 3, FACE_API_SIDE, FACE_API_SIDE]);
      rgb.fill(0);
      input.fill(0);
      return placeLandmarks(outputs.values().next().value!, square);
    },
  };
};
