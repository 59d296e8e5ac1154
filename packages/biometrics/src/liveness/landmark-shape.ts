import { eyeCentres } from '../face-geometry.ts';
import type { Point } from '../image/rgb-image.ts';
import type { Landmarks } from '../landmarks.ts';

/** Landmarks with the eye centres brought to (-0.5, 0) and (0.5, 0): in eye distances, free of place, size and roll. */
export const shapeOf = (landmarks: Landmarks): readonly Point[] => {
  const { left, right } = eyeCentres(landmarks);
  const dx = right.x - left.x;
  const dy = right.y - left.y;
  const square = dx * dx + dy * dy;
  const midX = (left.x + right.x) / 2;
  const midY = (left.y + right.y) / 2;
  return landmarks.map(({ x, y }) => ({
    x: ((x - midX) * dx + (y - midY) * dy) / square,
    y: ((y - midY) * dx - (x - midX) * dy) / square,
  }));
};

/** Mean of the points, as an offset from the first: that of one point again and again is that point to the last bit. */
export const meanOf = (points: readonly Point[]): Point => {
  const [first] = points;
  return {
    x: first.x + points.reduce((sum, { x }) => sum + (x - first.x), 0) / points.length,
    y: first.y + points.reduce((sum, { y }) => sum + (y - first.y), 0) / points.length,
  };
};

/** Mean of each point over the shapes. */
export const meanShape = (shapes: readonly (readonly Point[])[]): readonly Point[] =>
  shapes[0].map((_, i) => meanOf(shapes.map((shape) => shape[i])));
