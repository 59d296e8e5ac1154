import { ARCFACE_112 } from '../aligner.ts';
import { luma } from '../image/pixels.ts';
import type { Box, RgbImage } from '../image/rgb-image.ts';
import type { Landmarks } from '../landmarks.ts';

/** Mean colour of a region, sRGB, 0..255 with fractions. */
export interface RegionMean {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/**
 * What one frame tells a sequence: geometry and mean colours, no pixels. Of a few kilobytes, plain data that crosses
 * threads; it describes a face, so its holder keeps it no longer than the session.
 */
export interface FaceFrame {
  /** Size the pipeline worked on, in pixels; the unit of `faceBox` and `landmarks`. */
  readonly width: number;
  readonly height: number;
  readonly faceBox: Box;
  /** 68 points. */
  readonly landmarks: Landmarks;
  /** Skin regions, found by the landmarks. */
  readonly forehead: RegionMean;
  readonly leftCheek: RegionMean;
  readonly rightCheek: RegionMean;
  /** Mean luma, 0..255, of the cells of a `GRID_COLUMNS` x `GRID_ROWS` grid over the whole picture, row by row. */
  readonly lumaGrid: Float32Array;
  /** What lies beside and above the face, clear of it; absent where the face leaves too little of the picture. */
  readonly background?: RegionMean;
}

/** Cells of the luma grid. */
export const GRID_COLUMNS = 16;
export const GRID_ROWS = 12;

// Regions of the ArcFace template (112 pixels).
const FOREHEAD: Box = { x: 42, y: 18, width: 28, height: 12 };
const LEFT_CHEEK: Box = { x: 28, y: 60, width: 16, height: 14 };
const RIGHT_CHEEK: Box = { x: 68, y: 60, width: 16, height: 14 };

/** Pixels that are read along each axis of a cell, about. */
const SAMPLES_PER_CELL_AXIS = 12;
/** The head with its hair in face boxes: width around the centre, rise above the box. What lies below it is body. */
const HEAD_WIDTH = 1.8;
const HEAD_RISE = 0.6;
/** Cells a background needs. */
const MIN_BACKGROUND_CELLS = 6;

const regionMean = (aligned: Float32Array, region: Box): RegionMean => {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = region.y; y < region.y + region.height; y++) {
    for (let x = region.x; x < region.x + region.width; x++) {
      const p = 3 * (y * ARCFACE_112.side + x);
      red += aligned[p];
      green += aligned[p + 1];
      blue += aligned[p + 2];
    }
  }
  const count = region.width * region.height;
  return { red: red / count, green: green / count, blue: blue / count };
};

/** Mean colour of every cell, three numbers each. */
const colourGrid = ({ data, width, height }: RgbImage): Float32Array => {
  const grid = new Float32Array(3 * GRID_COLUMNS * GRID_ROWS);
  const counts = new Uint32Array(GRID_COLUMNS * GRID_ROWS);
  const stepX = Math.max(1, Math.floor(width / (GRID_COLUMNS * SAMPLES_PER_CELL_AXIS)));
  const stepY = Math.max(1, Math.floor(height / (GRID_ROWS * SAMPLES_PER_CELL_AXIS)));
  for (let y = 0; y < height; y += stepY) {
    const row = GRID_COLUMNS * Math.floor((y * GRID_ROWS) / height);
    for (let x = 0; x < width; x += stepX) {
      const cell = row + Math.floor((x * GRID_COLUMNS) / width);
      const p = 3 * (y * width + x);
      grid[3 * cell] += data[p];
      grid[3 * cell + 1] += data[p + 1];
      grid[3 * cell + 2] += data[p + 2];
      counts[cell]++;
    }
  }
  for (let i = 0; i < grid.length; i++) grid[i] /= Math.max(1, counts[Math.floor(i / 3)]);
  return grid;
};

/** Cells of the grid beside and above a head, clear of it and of the body below. */
export const backgroundCells = (width: number, height: number, face: Box): readonly number[] => {
  const left = face.x + face.width / 2 - (HEAD_WIDTH / 2) * face.width;
  const right = left + HEAD_WIDTH * face.width;
  const top = face.y - HEAD_RISE * face.height;
  const bottom = face.y + face.height;
  const cells: number[] = [];
  for (let row = 0; row < GRID_ROWS; row++) {
    const lower = ((row + 1) * height) / GRID_ROWS;
    if (lower > bottom) break;
    for (let column = 0; column < GRID_COLUMNS; column++) {
      const near = (column * width) / GRID_COLUMNS;
      const far = ((column + 1) * width) / GRID_COLUMNS;
      if (lower <= top || far <= left || near >= right) cells.push(row * GRID_COLUMNS + column);
    }
  }
  return cells;
};

const backgroundMean = (grid: Float32Array, cells: readonly number[]): RegionMean | undefined => {
  if (cells.length < MIN_BACKGROUND_CELLS) return undefined;
  const mean = (channel: number): number =>
    cells.reduce((sum, cell) => sum + grid[3 * cell + channel], 0) / cells.length;
  return { red: mean(0), green: mean(1), blue: mean(2) };
};

export interface FaceFrameInput {
  readonly image: RgbImage;
  readonly faceBox: Box;
  readonly landmarks: Landmarks;
  /** The face upright in the `ARCFACE_112` template; read, not kept. */
  readonly aligned: Float32Array;
}

/** Reduces a frame to what a sequence needs. */
export const measureFaceFrame = ({ image, faceBox, landmarks, aligned }: FaceFrameInput): FaceFrame => {
  const { width, height } = image;
  const grid = colourGrid(image);
  const lumaGrid = new Float32Array(GRID_COLUMNS * GRID_ROWS);
  for (let i = 0; i < lumaGrid.length; i++) {
    lumaGrid[i] = luma(grid[3 * i], grid[3 * i + 1], grid[3 * i + 2]);
  }
  const background = backgroundMean(grid, backgroundCells(width, height, faceBox));
  return {
    width,
    height,
    faceBox,
    landmarks,
    forehead: regionMean(aligned, FOREHEAD),
    leftCheek: regionMean(aligned, LEFT_CHEEK),
    rightCheek: regionMean(aligned, RIGHT_CHEEK),
    lumaGrid,
    ...(background && { background }),
  };
};
