import type { Box, Point, RgbImage } from '../image/rgb-image.ts';

/** One detected face, in pixels of the decoded picture. */
export interface FaceDetection {
  /** Confidence, 0..1. */
  readonly score: number;
  /** From the eyebrows to the chin, roughly. May reach beyond the picture. */
  readonly box: Box;
  /** Right eye, left eye (of the person), nose tip, mouth centre, right ear, left ear. */
  readonly keypoints: readonly Point[];
}

/** Finds faces, best score first. */
export interface FaceDetector {
  detect(image: RgbImage): Promise<readonly FaceDetection[]>;
}
