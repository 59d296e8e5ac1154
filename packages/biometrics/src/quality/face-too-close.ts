import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

/** The face fills the picture: its side relative to the shorter side of the picture. */
export const faceTooClose = ({ image, face: { box }, profile }: FaceInput): FilterResult =>
  above(
    'face_too_close',
    Math.max(box.width, box.height) / Math.min(image.width, image.height),
    profile.faceShare,
  );
