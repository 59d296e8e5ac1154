import { below, type FilterResult, type PictureInput } from './quality-filter.ts';

/** No face at all: the best detection score, 0..1, 0 where nothing was found. */
export const faceMissing = ({ faces, profile }: PictureInput): FilterResult =>
  below('face_missing', faces[0]?.score ?? 0, profile.faceScore);
