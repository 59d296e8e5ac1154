import { ARCFACE_112 } from '../aligner.ts';
import { toGrey } from '../image/pixels.ts';
import { below, type FaceInput, type FilterResult } from './quality-filter.ts';

/** Variance of the four-neighbour Laplacian of a grey square. */
const laplacianVariance = (grey: Float32Array, side: number): number => {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const p = y * side + x;
      const value = grey[p - 1] + grey[p + 1] + grey[p - side] + grey[p + side] - 4 * grey[p];
      sum += value;
      squares += value * value;
    }
  }
  const count = (side - 2) * (side - 2);
  return squares / count - (sum / count) ** 2;
};

/** An unsharp face: variance of the Laplacian of the aligned face, in squared grey levels. Coarse. */
export const imageBlurred = ({ aligned, profile }: FaceInput): FilterResult => {
  const grey = new Float32Array(ARCFACE_112.side ** 2);
  toGrey(aligned, 1, grey);
  const sharpness = laplacianVariance(grey, ARCFACE_112.side);
  grey.fill(0);
  return below('image_blurred', sharpness, profile.sharpness);
};
