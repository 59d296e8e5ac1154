import { luma } from '../image/pixels.ts';
import { type FaceFrame, GRID_COLUMNS, GRID_ROWS, sharedBackground } from './face-frame.ts';

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
