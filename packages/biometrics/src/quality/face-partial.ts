import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

/** Part of the face lies outside the picture: share of its box, 0..1. */
export const facePartial = ({ image, face: { box }, profile }: FaceInput): FilterResult => {
  const width = Math.max(0, Math.min(box.x + box.width, image.width) - Math.max(box.x, 0));
  const height = Math.max(0, Math.min(box.y + box.height, image.height) - Math.max(box.y, 0));
  return above('face_partial', 1 - (width * height) / (box.width * box.height), profile.outsideShare);
};
