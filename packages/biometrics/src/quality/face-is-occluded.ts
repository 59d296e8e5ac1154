import { ARCFACE_112 } from '../aligner.ts';
import { regionColour } from '../image/region-colour.ts';
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

/**
 * Something covers the lower face: CIELab chroma distance between the bridge of the nose and the region around the
 * mouth. Colours are compared within one face and without lightness, so skin tone and beards largely cancel out. Not for raw luma.
 */
export const faceIsOccluded = ({ aligned, profile, grey }: FaceInput): FilterResult | undefined => {
  if (grey) return undefined;
  const upper = regionColour(aligned, SIDE, UPPER_REGIONS);
  const lower = regionColour(aligned, SIDE, LOWER_REGIONS);
  return above('face_is_occluded', Math.hypot(upper.a - lower.a, upper.b - lower.b), profile.occlusionChroma);
};
