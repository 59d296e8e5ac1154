import { ARCFACE_112 } from '../aligner.ts';
import { type Lab, rgbToLab } from '../image/cielab.ts';
import type { Box } from '../image/rgb-image.ts';
import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

const SIDE = ARCFACE_112.side;

// Regions of the ArcFace template (112 pixels).
/** Between the eyes: bare under masks, scarves and hands, and clear of most glasses. */
const UPPER_REGIONS: readonly Box[] = [{ x: 50, y: 44, width: 12, height: 14 }];
/** Beside the mouth and on the chin: where a mask lies. */
const LOWER_REGIONS: readonly Box[] = [
  { x: 32, y: 80, width: 8, height: 14 },
  { x: 72, y: 80, width: 8, height: 14 },
  { x: 46, y: 100, width: 20, height: 8 },
];

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
 * Something covers the lower face: CIELab chroma distance between the bridge of the nose and the region around the
 * mouth. Colours are compared within one face and without lightness, so skin tone and beards largely cancel out.
 */
export const faceIsOccluded = ({ aligned, profile }: FaceInput): FilterResult => {
  const upper = meanLab(aligned, UPPER_REGIONS);
  const lower = meanLab(aligned, LOWER_REGIONS);
  return above('face_is_occluded', Math.hypot(upper.a - lower.a, upper.b - lower.b), profile.occlusionChroma);
};
