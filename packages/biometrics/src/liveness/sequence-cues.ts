import { eyeCentres, meanPoint } from '../face-geometry.ts';
import type { Point } from '../image/rgb-image.ts';
import type { Landmarks } from '../landmarks.ts';
import type { FaceFrame } from './face-frame.ts';
import { meanOf, meanShape, shapeOf } from './landmark-shape.ts';

/** What a flat picture of a face does less than a head. Over all frames of a sequence; each is 0 for one repeated frame. */
export interface SequenceCues {
  /** Spread of the nose tip in the affine frame of eyes and mouth, in eye distances: depth times turning. */
  readonly noseDeviation: number;
  /** RMS of what an affine map leaves of the landmarks' movement, in eye distances: depth and expression. */
  readonly affineResidual: number;
  /** Difference of the widest and the narrowest opening of the eyes, height over width. */
  readonly blinkRange: number;
}

const NOSE_TIP = 30;
const MOUTH_CORNERS = [48, 54] as const;

/** The nose tip in the frame spanned by the line of the eyes and the way from it to the mouth. */
const noseInFace = (landmarks: Landmarks): Point => {
  const { left, right } = eyeCentres(landmarks);
  const mouth = meanPoint(landmarks, MOUTH_CORNERS);
  const across = { x: right.x - left.x, y: right.y - left.y };
  const origin = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const down = { x: mouth.x - origin.x, y: mouth.y - origin.y };
  const nose = { x: landmarks[NOSE_TIP].x - origin.x, y: landmarks[NOSE_TIP].y - origin.y };
  const area = across.x * down.y - across.y * down.x;
  return {
    x: (nose.x * down.y - nose.y * down.x) / area,
    y: (across.x * nose.y - across.y * nose.x) / area,
  };
};

const spread = (points: readonly Point[]): number => {
  const { x, y } = meanOf(points);
  const squares = points.reduce((sum, point) => sum + (point.x - x) ** 2 + (point.y - y) ** 2, 0);
  return Math.sqrt(squares / points.length);
};

/** Sum of squares that the best affine map from `from` leaves of `to`; normal equations on centred points. */
const affineLeftover = (from: readonly Point[], to: readonly Point[]): number => {
  const n = from.length;
  const mean = (points: readonly Point[], axis: 'x' | 'y'): number =>
    points.reduce((sum, point) => sum + point[axis], 0) / n;
  const [fx, fy, tx, ty] = [mean(from, 'x'), mean(from, 'y'), mean(to, 'x'), mean(to, 'y')];
  const dot = (read: (i: number) => number): number => from.reduce((sum, _, i) => sum + read(i), 0);
  const xx = dot((i) => (from[i].x - fx) ** 2);
  const xy = dot((i) => (from[i].x - fx) * (from[i].y - fy));
  const yy = dot((i) => (from[i].y - fy) ** 2);
  const area = xx * yy - xy * xy;
  const leftover = (axis: 'x' | 'y', centre: number): number => {
    const x = dot((i) => (from[i].x - fx) * (to[i][axis] - centre));
    const y = dot((i) => (from[i].y - fy) * (to[i][axis] - centre));
    const a = (x * yy - y * xy) / area;
    const b = (y * xx - x * xy) / area;
    return dot((i) => (to[i][axis] - centre - a * (from[i].x - fx) - b * (from[i].y - fy)) ** 2);
  };
  return leftover('x', tx) + leftover('y', ty);
};

/** Lids and corners of both eyes: two pairs of lids, then the corners. */
const EYES = [
  { lids: [37, 41, 38, 40], corners: [36, 39] },
  { lids: [43, 47, 44, 46], corners: [42, 45] },
] as const;

/** Mean eye aspect ratio of both eyes (Soukupova and Cech 2016 §2). */
const eyeOpening = (landmarks: Landmarks): number => {
  const distance = (i: number, j: number): number =>
    Math.hypot(landmarks[i].x - landmarks[j].x, landmarks[i].y - landmarks[j].y);
  const ratios = EYES.map(
    ({ lids, corners }) =>
      (distance(lids[0], lids[1]) + distance(lids[2], lids[3])) / (2 * distance(corners[0], corners[1])),
  );
  return (ratios[0] + ratios[1]) / 2;
};

/** Cues over two or more frames (spec 02 BC-21). */
export const sequenceCues = (frames: readonly FaceFrame[]): SequenceCues => {
  const shapes = frames.map(({ landmarks }) => shapeOf(landmarks));
  const mean = meanShape(shapes);
  const leftover = shapes.reduce((sum, shape) => sum + affineLeftover(mean, shape), 0);
  const openings = frames.map(({ landmarks }) => eyeOpening(landmarks));
  return {
    noseDeviation: spread(frames.map(({ landmarks }) => noseInFace(landmarks))),
    affineResidual: Math.sqrt(leftover / (frames.length * mean.length)),
    blinkRange: Math.max(...openings) - Math.min(...openings),
  };
};
