import { ARCFACE_112, alignFace } from '../aligner.ts';
import { type Lab, rgbToLab } from '../image/cielab.ts';
import type { Box } from '../image/rgb-image.ts';
import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

const SIDE = ARCFACE_112.side;

// Regions of the ArcFace template (112 pixels).
/** Under the eyes, beside the nose: bare in everyone who is not masked above the nose. */
const UPPER_REGIONS: readonly Box[] = [
  { x: 30, y: 58, width: 14, height: 8 },
  { x: 68, y: 58, width: 14, height: 8 },
];
/** Beside the mouth and on the chin: where a mask lies. */
const LOWER_REGIONS: readonly Box[] = [
  { x: 32, y: 80, width: 8, height: 14 },
  { x: 72, y: 80, width: 8, height: 14 },
  { x: 46, y: 100, width: 20, height: 8 },
];
const LIP_REGIONS: readonly Box[] = [{ x: 47, y: 88, width: 18, height: 9 }];
/** Lips this much redder (CIELab a) than the skin around them are bare. */
const BARE_LIP_REDNESS = 4;

const meanLab = (rgb: Float32Array, regions: readonly Box[]): Lab => {
  let red = 0;
  let green = 0;
  let blue = 0;
  let count = 0;
  for (const region of regions) {
    for (let y = region.y; y < region.y + region.height; y++) {
      for (let x = region.x; x < region.x + region.width; x++, count++) {
        const p = 3 * (y * SIDE + x);
        red += rgb[p];
        green += rgb[p + 1];
        blue += rgb[p + 2];
      }
    }
  }
  return rgbToLab(red / count, green / count, blue / count);
};

/**
 * Something covers the lower face: CIELab chroma distance between the cheeks and the region around the mouth, 0 where
 * the lips show as redder than their surroundings. Colours are compared within one face, so skin tone cancels out.
 */
export const faceIsOccluded = ({ image, landmarks, profile }: FaceInput): FilterResult => {
  const rgb = new Float32Array(3 * SIDE * SIDE);
  alignFace(image, landmarks, ARCFACE_112, rgb);
  const upper = meanLab(rgb, UPPER_REGIONS);
  const lower = meanLab(rgb, LOWER_REGIONS);
  const lips = meanLab(rgb, LIP_REGIONS);
  rgb.fill(0);
  const gap = Math.hypot(upper.a - lower.a, upper.b - lower.b);
  const lipRedness = lips.a - lower.a;
  return above('face_is_occluded', lipRedness < BARE_LIP_REDNESS ? gap : 0, profile.occlusionChroma);
};
