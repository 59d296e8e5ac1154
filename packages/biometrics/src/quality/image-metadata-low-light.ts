import { luma } from '../image/pixels.ts';
import { below, type FilterResult, type PictureInput } from './quality-filter.ts';

const SAMPLES = 40_000;
/** Share of the pixels that may be brighter than the level that is read. */
const BRIGHT_SHARE = 0.02;
/** Luma of the brightest parts of a frame that is just light enough. */
const LEAST_BRIGHT_LUMA = 70;
/** Light value (stops at ISO 100) that is just light enough: a living room in the evening has about 5. */
const LEAST_EXPOSURE_VALUE = 1;

/** Luma that all but the brightest share of the pixels stay below, over the whole frame. */
const brightLuma = (data: Uint8Array): number => {
  const histogram = new Uint32Array(256);
  const step = 3 * Math.max(1, Math.floor(data.length / 3 / SAMPLES));
  let count = 0;
  for (let p = 0; p + 2 < data.length; p += step, count++) {
    histogram[Math.round(luma(data[p], data[p + 1], data[p + 2]))]++;
  }
  let level = 255;
  for (let brighter = histogram[255]; level > 0 && brighter < BRIGHT_SHARE * count; ) {
    level--;
    brighter += histogram[level];
  }
  return level;
};

/**
 * Too little light, as a level where 1 is just enough: the lower of what the brightest parts of the whole frame and,
 * where the file tells them, the camera's own exposure settings say. The face's luma is not read: it would measure
 * skin. Forged settings can only make the filter trigger.
 */
export const imageMetadataLowLight = ({ image, exposure, profile }: PictureInput): FilterResult => {
  const frame = brightLuma(image.data) / LEAST_BRIGHT_LUMA;
  const camera =
    exposure === undefined ? Number.POSITIVE_INFINITY : 2 ** (exposure.exposureValue - LEAST_EXPOSURE_VALUE);
  return below('image_metadata_low_light', Math.min(frame, camera), profile.lightLevel);
};
