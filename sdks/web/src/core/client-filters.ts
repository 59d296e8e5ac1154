import type { KeylessClientFilter, KeylessClientFilterName } from './biometric-filters.ts';
import type { KeylessFaceBox } from './keyless-events.ts';

/** A point in pixels of the frame. */
export interface FacePoint {
  readonly x: number;
  readonly y: number;
}

/** What the detector found: boxes, best first, with key points (both eyes, nose, mouth, both ears). */
export interface DetectedFace extends KeylessFaceBox {
  readonly keypoints: readonly FacePoint[];
}

/**
 * Thresholds of the page's filters. They are a little stricter than the server's filters of the same kind, so that a
 * frame that leaves the page is rarely refused for framing.
 */
export const CLIENT_FILTER_THRESHOLDS = {
  /** Least score of the best face, 0 to 1. */
  FaceAbsent: 0.6,
  /** Faces allowed; a face under a tenth of the largest one's area is background. */
  FaceMultiple: 1,
  /** Distance of the face's centre from the frame's, in shorter sides of the frame. */
  FaceOffCenter: 0.25,
  /** Share of the face's box outside the frame. */
  FacePartial: 0.05,
  /** Longer side of the face's box, in shorter sides of the frame. */
  FaceTooLarge: 0.72,
  FaceTooSmall: 0.2,
} as const satisfies Record<KeylessClientFilterName, number>;

const BACKGROUND_AREA_SHARE = 0.1;

/**
 * Judges one frame, all filters in the order of `CLIENT_FILTER_NAMES`. Without a face only `FaceAbsent` triggers; the
 * rest have nothing to measure and show their threshold.
 *
 * @param width pixels of the frame
 * @param height pixels of the frame
 */
export function judgeFaces(
  faces: readonly DetectedFace[],
  width: number,
  height: number,
): readonly KeylessClientFilter[] {
  const found = faces.filter(({ score }) => score >= CLIENT_FILTER_THRESHOLDS.FaceAbsent);
  const largest = Math.max(0, ...found.map(areaOf));
  const relevant = found.filter((face) => areaOf(face) >= largest * BACKGROUND_AREA_SHARE);
  const face = [...relevant].sort((a, b) => areaOf(b) - areaOf(a))[0];
  const bestScore = Math.max(0, ...faces.map(({ score }) => score));
  const absent = below('FaceAbsent', bestScore);
  if (face === undefined) {
    return [absent, ...UNMEASURED];
  }
  const shorterSide = Math.min(width, height);
  const size = Math.max(face.x1 - face.x0, face.y1 - face.y0) / shorterSide;
  const offset = Math.hypot((face.x0 + face.x1 - width) / 2, (face.y0 + face.y1 - height) / 2);
  return [
    absent,
    above('FaceMultiple', relevant.length),
    above('FaceOffCenter', offset / shorterSide),
    above('FacePartial', outsideShare(face, width, height)),
    above('FaceTooLarge', size),
    below('FaceTooSmall', size),
  ];
}

const areaOf = ({ x0, y0, x1, y1 }: KeylessFaceBox): number => Math.max(0, x1 - x0) * Math.max(0, y1 - y0);

function outsideShare(face: KeylessFaceBox, width: number, height: number): number {
  const inside = areaOf({
    x0: Math.max(0, face.x0),
    y0: Math.max(0, face.y0),
    x1: Math.min(width, face.x1),
    y1: Math.min(height, face.y1),
    score: face.score,
  });
  const area = areaOf(face);
  return area === 0 ? 1 : 1 - inside / area;
}

function above(name: KeylessClientFilterName, value: number): KeylessClientFilter {
  const threshold = CLIENT_FILTER_THRESHOLDS[name];
  return { name, triggered: value > threshold, value, threshold };
}

function below(name: KeylessClientFilterName, value: number): KeylessClientFilter {
  const threshold = CLIENT_FILTER_THRESHOLDS[name];
  return { name, triggered: value < threshold, value, threshold };
}

const UNMEASURED: readonly KeylessClientFilter[] = (
  ['FaceMultiple', 'FaceOffCenter', 'FacePartial', 'FaceTooLarge', 'FaceTooSmall'] as const
).map((name) => ({
  name,
  triggered: false,
  value: CLIENT_FILTER_THRESHOLDS[name],
  threshold: CLIENT_FILTER_THRESHOLDS[name],
}));
