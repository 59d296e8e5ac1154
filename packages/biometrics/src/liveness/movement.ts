import { fitSimilarity } from '../aligner.ts';
import { luma } from '../image/pixels.ts';
import { type FaceFrame, GRID_COLUMNS, GRID_ROWS, sharedBackground } from './face-frame.ts';
import { meanShape, shapeOf } from './landmark-shape.ts';

const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * How much a face moved in itself over two or more frames: RMS distance of the landmarks from their mean shape, in eye
 * distances, after the best turn, scale and shift in the plane of the picture. Those are what a moved device, or a moved
 * picture of a face, can do.
 */
export const subjectMovement = (frames: readonly FaceFrame[]): number => {
  const shapes = frames.map(({ landmarks }) => shapeOf(landmarks));
  const mean = meanShape(shapes);
  return rms(
    shapes.flatMap((shape) => {
      const { a, b, c, d, e, f } = fitSimilarity(mean, shape);
      return shape.map(({ x, y }, i) =>
        Math.hypot(a * mean[i].x + b * mean[i].y + c - x, d * mean[i].x + e * mean[i].y + f - y),
      );
    }),
  );
};

const lumaOf = ({ colourGrid }: FaceFrame, cell: number): number =>
  luma(colourGrid[3 * cell], colourGrid[3 * cell + 1], colourGrid[3 * cell + 2]);

/** What to compare: the background of both or, where a face fills the picture, all of it. */
const comparedCells = (one: FaceFrame, other: FaceFrame): readonly number[] => {
  const both = sharedBackground([one, other]);
  return both.length > 0 ? both : Array.from({ length: GRID_COLUMNS * GRID_ROWS }, (_, i) => i);
};

const backgroundChange = (one: FaceFrame, other: FaceFrame): number => {
  const cells = comparedCells(one, other);
  let before = 0;
  let after = 0;
  for (const cell of cells) {
    before += lumaOf(one, cell);
    after += lumaOf(other, cell);
  }
  // Exposure scales all cells alike and is no movement.
  const gain = before > 0 ? after / before : 1;
  let change = 0;
  for (const cell of cells) change += Math.abs(gain * lumaOf(one, cell) - lumaOf(other, cell));
  return change / cells.length;
};

/**
 * How much the surroundings changed from frame to frame: mean absolute change of the luma (0..255) of the cells beside
 * and above the head, after the common gain; median over successive pairs. The noise of a camera on a stand is above 0;
 * a frozen background is not (spec 02 BC-20).
 */
export const deviceMovement = (frames: readonly FaceFrame[]): number =>
  median(frames.slice(1).map((frame, i) => backgroundChange(frames[i], frame)));
