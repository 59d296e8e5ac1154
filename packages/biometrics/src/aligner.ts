import { LEFT_EYE, meanPoint, RIGHT_EYE } from './face-geometry.ts';
import type { Point, RgbImage } from './image/rgb-image.ts';
import { type Affine, warpAffine } from './image/sample.ts';
import type { Landmarks } from './landmarks.ts';

/** A face template: which landmarks go where in an upright square. */
export interface AlignmentTemplate {
  /** Side of the square in pixels. */
  readonly side: number;
  /** For each point the landmarks whose mean it is. */
  readonly sources: readonly (readonly number[])[];
  readonly targets: readonly Point[];
}

/** ArcFace five points at 112 pixels (arXiv:1801.07698, the InsightFace reference template). */
export const ARCFACE_112: AlignmentTemplate = {
  side: 112,
  sources: [LEFT_EYE, RIGHT_EYE, [30], [48, 60], [54, 64]],
  targets: [
    { x: 38.2946, y: 51.6963 },
    { x: 73.5318, y: 51.5014 },
    { x: 56.0252, y: 71.7366 },
    { x: 41.5493, y: 92.3655 },
    { x: 70.7299, y: 92.2041 },
  ],
};

/** Side and margin of a dlib face chip, and the mean places of its five points without the margin. */
const DLIB_SIDE = 150;
const DLIB_PADDING = 0.25;
const DLIB_POINTS: readonly Point[] = [
  { x: 0.8595674595992, y: 0.2134981538014 },
  { x: 0.6460604764104, y: 0.2289674387677 },
  { x: 0.1205750620789, y: 0.2137274526848 },
  { x: 0.3340850613712, y: 0.2290642403242 },
  { x: 0.4901123135679, y: 0.6277975316475 },
];

/** dlib face chip at 150 pixels (`get_face_chip_details`, five-point model): eye corners and base of the nose. */
export const DLIB_150: AlignmentTemplate = {
  side: DLIB_SIDE,
  sources: [[45], [42], [36], [39], [33]],
  targets: DLIB_POINTS.map(({ x, y }) => ({
    x: ((DLIB_PADDING + x) / (2 * DLIB_PADDING + 1)) * DLIB_SIDE,
    y: ((DLIB_PADDING + y) / (2 * DLIB_PADDING + 1)) * DLIB_SIDE,
  })),
};

/**
 * Least-squares similarity (turn, scale, shift) from template to picture, so that it can be used for sampling.
 * Closed form of Umeyama 1991 in the plane, where a similarity is a complex number and mirroring cannot occur.
 */
export const fitSimilarity = (from: readonly Point[], to: readonly Point[]): Affine => {
  const n = from.length;
  const sum = (read: (i: number) => number): number => from.reduce((total, _, i) => total + read(i), 0);
  const fromX = sum((i) => from[i].x) / n;
  const fromY = sum((i) => from[i].y) / n;
  const toX = sum((i) => to[i].x) / n;
  const toY = sum((i) => to[i].y) / n;
  const spread = sum((i) => (from[i].x - fromX) ** 2 + (from[i].y - fromY) ** 2);
  const real = sum((i) => (from[i].x - fromX) * (to[i].x - toX) + (from[i].y - fromY) * (to[i].y - toY));
  const imaginary = sum((i) => (from[i].x - fromX) * (to[i].y - toY) - (from[i].y - fromY) * (to[i].x - toX));
  const a = real / spread;
  const d = imaginary / spread;
  return { a, b: -d, c: toX - a * fromX + d * fromY, d, e: a, f: toY - d * fromX - a * fromY };
};

/** The upright face of a template (`3 * side * side`, interleaved RGB, 0..255). The caller wipes it. */
export const alignFace = (
  image: RgbImage,
  landmarks: Landmarks,
  template: AlignmentTemplate,
): Float32Array => {
  const points = template.sources.map((indexes) => meanPoint(landmarks, indexes));
  const aligned = new Float32Array(3 * template.side * template.side);
  const map = fitSimilarity(template.targets, points);
  warpAffine(image, map, template.side, template.side, aligned, 'black');
  return aligned;
};
