import type { FaceDetection } from '../detector/face-detection.ts';
import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

const side = (face: FaceDetection): number => Math.sqrt(face.box.width * face.box.height);

/** A second person of weight: size of the largest other face relative to the main one. Bystanders behind do not count. */
export const faceMultiple = ({ faces, face, profile }: FaceInput): FilterResult => {
  const others = faces.filter((other) => other !== face && other.score >= profile.faceScore).map(side);
  return above('face_multiple', Math.max(0, ...others) / side(face), profile.secondFaceRatio);
};
