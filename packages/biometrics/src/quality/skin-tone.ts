import { ARCFACE_112 } from '../aligner.ts';
import { regionColour } from '../image/region-colour.ts';
import type { Box } from '../image/rgb-image.ts';

/** Cheeks under the eyes in the ArcFace template. */
const CHEEKS: readonly Box[] = [
  { x: 30, y: 60, width: 14, height: 10 },
  { x: 68, y: 60, width: 14, height: 10 },
];

/**
 * Individual typology angle of the cheeks in degrees (Chardon et al. 1991): above 55 very light, below -30 dark, as far
 * as the light of the picture allows. Of an aligned face, for fairness checks alone: no filter reads it.
 */
export const skinTone = (aligned: Float32Array): number => {
  const { lightness, b } = regionColour(aligned, ARCFACE_112.side, CHEEKS);
  return (Math.atan2(lightness - 50, b) * 180) / Math.PI;
};
