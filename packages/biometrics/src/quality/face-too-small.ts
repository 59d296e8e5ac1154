import { eyeCentres } from '../face-geometry.ts';
import { below, type FaceInput, type FilterResult } from './quality-filter.ts';

/** Too few pixels: distance of the eye centres in pixels of the decoded picture. */
export const faceTooSmall = ({ landmarks, profile }: FaceInput): FilterResult => {
  const { left, right } = eyeCentres(landmarks);
  return below('face_too_small', Math.hypot(right.x - left.x, right.y - left.y), profile.eyeDistancePixels);
};
