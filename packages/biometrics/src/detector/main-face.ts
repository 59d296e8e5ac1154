import type { RgbImage } from '../image/rgb-image.ts';
import type { FaceDetection } from './face-detection.ts';

/** How much a face loses by its distance from the centre, per picture side. */
const OFF_CENTRE_PENALTY = 1.4;

const weight = (image: RgbImage, { box }: FaceDetection): number => {
  const dx = (box.x + box.width / 2) / image.width - 0.5;
  const dy = (box.y + box.height / 2) / image.height - 0.5;
  return Math.sqrt(box.width * box.height) * (1 - OFF_CENTRE_PENALTY * Math.hypot(dx, dy));
};

/** The face a picture is about: large and central; undefined where there is none. */
export const mainFace = (image: RgbImage, faces: readonly FaceDetection[]): FaceDetection | undefined => {
  let main: FaceDetection | undefined;
  for (const face of faces) if (main === undefined || weight(image, face) > weight(image, main)) main = face;
  return main;
};
