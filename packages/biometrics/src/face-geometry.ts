import type { Point } from './image/rgb-image.ts';
import type { Landmarks } from './landmarks.ts';

/** Centre of the named points. */
export const meanPoint = (landmarks: Landmarks, indexes: readonly number[]): Point => ({
  x: indexes.reduce((sum, i) => sum + landmarks[i].x, 0) / indexes.length,
  y: indexes.reduce((sum, i) => sum + landmarks[i].y, 0) / indexes.length,
});

/** Lid points around the pupil, of the eye at the left of the picture. */
export const LEFT_EYE = [37, 38, 40, 41] as const;
/** The same at the right of the picture. */
export const RIGHT_EYE = [43, 44, 46, 47] as const;

export interface EyeCentres {
  /** At the left of the picture. */
  readonly left: Point;
  readonly right: Point;
}

/** Centres of both eyes. */
export const eyeCentres = (landmarks: Landmarks): EyeCentres => ({
  left: meanPoint(landmarks, LEFT_EYE),
  right: meanPoint(landmarks, RIGHT_EYE),
});
