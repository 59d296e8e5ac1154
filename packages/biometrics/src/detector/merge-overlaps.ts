import type { Box, Point } from '../image/rgb-image.ts';
import type { FaceDetection } from './face-detection.ts';

/** Candidates that overlap more than this are one face. */
const SAME_FACE_OVERLAP = 0.3;

/** Intersection over union of two boxes, 0..1. */
export const boxOverlap = (a: Box, b: Box): number => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
};

const blend = (group: readonly FaceDetection[]): FaceDetection => {
  const total = group.reduce((sum, face) => sum + face.score, 0);
  const mean = (read: (face: FaceDetection) => number): number =>
    group.reduce((sum, face) => sum + face.score * read(face), 0) / total;
  const keypoints: Point[] = group[0].keypoints.map((_, k) => ({
    x: mean((face) => face.keypoints[k].x),
    y: mean((face) => face.keypoints[k].y),
  }));
  return {
    score: group[0].score,
    box: {
      x: mean((face) => face.box.x),
      y: mean((face) => face.box.y),
      width: mean((face) => face.box.width),
      height: mean((face) => face.box.height),
    },
    keypoints,
  };
};

/** Blends overlapping candidates by score, steadier than keeping the best alone (arXiv:1907.05047 §4). Best first. */
export const mergeOverlaps = (candidates: readonly FaceDetection[]): readonly FaceDetection[] => {
  let rest = [...candidates].sort((a, b) => b.score - a.score);
  const faces: FaceDetection[] = [];
  while (rest.length > 0) {
    const best = rest[0];
    const group = rest.filter((face) => face === best || boxOverlap(face.box, best.box) > SAME_FACE_OVERLAP);
    faces.push(blend(group));
    rest = rest.filter((face) => !group.includes(face));
  }
  return faces;
};
