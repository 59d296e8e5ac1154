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

/**
 * Mean of each point over the shapes, as an offset from the first: that of one shape again and again is that shape to the
 * last bit.
 */
export const meanShape = (shapes: readonly (readonly Point[])[]): readonly Point[] =>
  shapes[0].map((first, i) => {
    let x = 0;
    let y = 0;
    for (const shape of shapes) {
      x += shape[i].x - first.x;
      y += shape[i].y - first.y;
    }
    return { x: first.x + x / shapes.length, y: first.y + y / shapes.length };
  });
