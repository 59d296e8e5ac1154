import type { FaceBox } from './face-box.ts';

/** Candidates that overlap more than this are one face. */
const SAME_FACE_OVERLAP = 0.3;

/** Intersection over union, 0..1. */
export function boxOverlap(a: FaceBox, b: FaceBox): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const areaOf = (box: FaceBox) => (box.x1 - box.x0) * (box.y1 - box.y0);
  return (width * height) / (areaOf(a) + areaOf(b) - width * height);
}

/** One face of candidates, best first: means weighted by score, the score of the best. */
function blend(group: readonly FaceBox[], best: FaceBox): FaceBox {
  const total = group.reduce((sum, face) => sum + face.score, 0);
  const mean = (read: (face: FaceBox) => number) =>
    group.reduce((sum, face) => sum + face.score * read(face), 0) / total;
  return {
    score: best.score,
    x0: mean((face) => face.x0),
    y0: mean((face) => face.y0),
    x1: mean((face) => face.x1),
    y1: mean((face) => face.y1),
    keypoints: best.keypoints.map((_, k) => ({
      x: mean((face) => face.keypoints[k]!.x),
      y: mean((face) => face.keypoints[k]!.y),
    })),
  };
}

/** Blends overlapping candidates by score, steadier than keeping the best alone (arXiv:1907.05047 §4). Best first. */
export function mergeOverlaps(candidates: readonly FaceBox[]): FaceBox[] {
  let rest = [...candidates].sort((a, b) => b.score - a.score);
  const faces: FaceBox[] = [];
  for (let best = rest[0]; best !== undefined; best = rest[0]) {
    const top = best;
    const isSame = (face: FaceBox) => face === top || boxOverlap(face, top) > SAME_FACE_OVERLAP;
    faces.push(blend(rest.filter(isSame), top));
    rest = rest.filter((face) => !isSame(face));
  }
  return faces;
}
