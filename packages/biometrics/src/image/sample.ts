import type { Box, RgbImage } from './rgb-image.ts';

/** Map from destination to source pixels: `sx = a x + b y + c`, `sy = d x + e y + f`. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** What lies outside the picture: black, or its nearest pixel. */
export type Border = 'black' | 'nearest';

/** Side of the sample grid that is averaged per destination pixel at most. */
const MAX_SAMPLES_PER_AXIS = 4;

/**
 * Fills `out` (`3 * width * height`, interleaved RGB, 0..255) with the picture seen through an affine map:
 * bilinear, and where the map shrinks, the mean over a grid of samples per pixel so that fine texture does not alias.
 */
export const warpAffine = (
  image: RgbImage,
  map: Affine,
  width: number,
  height: number,
  out: Float32Array,
  border: Border,
): void => {
  const shrink = Math.sqrt(Math.abs(map.a * map.e - map.b * map.d));
  const samples = Math.min(MAX_SAMPLES_PER_AXIS, Math.max(1, Math.round(shrink)));
  if (samples === 1) {
    warpOnce(image, map, width, height, out, border, 0, 0, 1);
    return;
  }
  out.fill(0, 0, 3 * width * height);
  const weight = 1 / (samples * samples);
  for (let j = 0; j < samples; j++) {
    for (let i = 0; i < samples; i++) {
      const offsetX = (i + 0.5) / samples - 0.5;
      const offsetY = (j + 0.5) / samples - 0.5;
      warpOnce(image, map, width, height, out, border, offsetX, offsetY, weight);
    }
  }
};

/** One bilinear sample per pixel; with a weight below 1 it is added to `out`. Hot loop, hence its length. */
const warpOnce = (
  image: RgbImage,
  map: Affine,
  width: number,
  height: number,
  out: Float32Array,
  border: Border,
  offsetX: number,
  offsetY: number,
  weight: number,
): void => {
  const { data, width: sourceWidth, height: sourceHeight } = image;
  const stride = 3 * sourceWidth;
  const maxX = sourceWidth - 1;
  const maxY = sourceHeight - 1;
  const replace = weight === 1;
  const black = border === 'black';
  let target = 0;
  for (let y = 0; y < height; y++) {
    let sx = map.a * offsetX + map.b * (y + offsetY) + map.c;
    let sy = map.d * offsetX + map.e * (y + offsetY) + map.f;
    for (let x = 0; x < width; x++, target += 3, sx += map.a, sy += map.d) {
      let u = sx;
      let v = sy;
      if (!(u >= 0 && v >= 0 && u <= maxX && v <= maxY)) {
        if (black && (u <= -1 || v <= -1 || u >= sourceWidth || v >= sourceHeight)) {
          if (replace) {
            out[target] = 0;
            out[target + 1] = 0;
            out[target + 2] = 0;
          }
          continue;
        }
        u = u < 0 ? 0 : u > maxX ? maxX : u;
        v = v < 0 ? 0 : v > maxY ? maxY : v;
      }
      const x0 = u | 0;
      const y0 = v | 0;
      const fx = u - x0;
      const fy = v - y0;
      const right = x0 < maxX ? 3 : 0;
      const down = y0 < maxY ? stride : 0;
      const p = y0 * stride + 3 * x0;
      const w00 = (1 - fx) * (1 - fy) * weight;
      const w10 = fx * (1 - fy) * weight;
      const w01 = (1 - fx) * fy * weight;
      const w11 = fx * fy * weight;
      const q = p + down;
      const r = data[p] * w00 + data[p + right] * w10 + data[q] * w01 + data[q + right] * w11;
      const g = data[p + 1] * w00 + data[p + right + 1] * w10 + data[q + 1] * w01 + data[q + right + 1] * w11;
      const b = data[p + 2] * w00 + data[p + right + 2] * w10 + data[q + 2] * w01 + data[q + right + 2] * w11;
      if (replace) {
        out[target] = r;
        out[target + 1] = g;
        out[target + 2] = b;
      } else {
        out[target] += r;
        out[target + 1] += g;
        out[target + 2] += b;
      }
    }
  }
};

/** Map that stretches a box of the source over `width` x `height` pixels, pixel centres on pixel centres. */
export const boxToGrid = (box: Box, width: number, height: number): Affine => {
  const a = box.width / width;
  const e = box.height / height;
  return { a, b: 0, c: box.x + a / 2 - 0.5, d: 0, e, f: box.y + e / 2 - 0.5 };
};

/** Crops and resizes a box into `out` (`3 * width * height`, interleaved RGB, 0..255). */
export const cropResize = (
  image: RgbImage,
  box: Box,
  width: number,
  height: number,
  out: Float32Array,
  border: Border,
): void => warpAffine(image, boxToGrid(box, width, height), width, height, out, border);
