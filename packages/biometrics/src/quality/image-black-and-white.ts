import { below, type FilterResult, type PictureInput } from './quality-filter.ts';

/** About this many pixels are looked at. */
const SAMPLES = 40_000;

/** A picture without colour: mean over the frame of the greatest less the smallest channel, 0..255. Not for raw luma. */
export const imageBlackAndWhite = ({
  image: { data },
  profile,
  grey,
}: PictureInput): FilterResult | undefined => {
  if (grey) return undefined;
  const step = 3 * Math.max(1, Math.floor(data.length / 3 / SAMPLES));
  let sum = 0;
  let count = 0;
  for (let p = 0; p + 2 < data.length; p += step, count++) {
    sum += Math.max(data[p], data[p + 1], data[p + 2]) - Math.min(data[p], data[p + 1], data[p + 2]);
  }
  return below('image_black_and_white', sum / count, profile.colourSpread);
};
