import { type Lab, rgbToLab } from './cielab.ts';
import type { Box } from './rgb-image.ts';

/** Colour of the mean over some boxes of a square, interleaved RGB, 0..255. Boxes have whole coordinates inside it. */
export const regionColour = (rgb: Float32Array, side: number, regions: readonly Box[]): Lab => {
  let red = 0;
  let green = 0;
  let blue = 0;
  let count = 0;
  for (const region of regions) {
    for (let y = region.y; y < region.y + region.height; y++) {
      for (let x = region.x; x < region.x + region.width; x++, count++) {
        const p = 3 * (y * side + x);
        red += rgb[p];
        green += rgb[p + 1];
        blue += rgb[p + 2];
      }
    }
  }
  return rgbToLab(red / count, green / count, blue / count);
};
