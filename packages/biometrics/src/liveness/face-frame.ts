import { ARCFACE_112, alignFace } from '../aligner.ts';
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
  /** Mean red, green and blue, 0..255, of the cells of a `GRID_COLUMNS` x `GRID_ROWS` grid over the picture, row by row. */
  readonly colourGrid: Float32Array;
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
const measureGrid = ({ data, width, height }: RgbImage): Float32Array => {
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
const backgroundCells = (width: number, height: number, face: Box): readonly number[] => {
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

/** Cells that are background in every one of the frames: a head that moves must not change what it is compared with. */
export const sharedBackground = (frames: readonly FaceFrame[]): readonly number[] => {
  const counts = new Uint16Array(GRID_COLUMNS * GRID_ROWS);
  for (const { width, height, faceBox } of frames) {
    for (const cell of backgroundCells(width, height, faceBox)) counts[cell]++;
  }
  return Array.from(counts.keys()).filter((cell) => counts[cell] === frames.length);
};

export interface FaceFrameInput {
  readonly image: RgbImage;
  readonly faceBox: Box;
  readonly landmarks: Landmarks;
  /** The face upright in the `ARCFACE_112` template, where it is at hand; read, not kept. */
  readonly aligned?: Float32Array;
}

/** Reduces a frame to what a sequence needs. */
export const measureFaceFrame = (input: FaceFrameInput): FaceFrame => {
  const { image, faceBox, landmarks } = input;
  const { width, height } = image;
  const aligned = input.aligned ?? alignFace(image, landmarks, ARCFACE_112);
  const frame: FaceFrame = {
    width,
    height,
    faceBox,
    landmarks,
    forehead: regionMean(aligned, FOREHEAD),
    leftCheek: regionMean(aligned, LEFT_CHEEK),
    rightCheek: regionMean(aligned, RIGHT_CHEEK),
    colourGrid: measureGrid(image),
  };
  if (input.aligned === undefined) aligned.fill(0);
  return frame;
};
