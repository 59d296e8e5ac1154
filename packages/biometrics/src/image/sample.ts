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

/** Where an affine map of a picture is written to. */
interface Target {
  readonly width: number;
  readonly height: number;
  readonly out: Float32Array;
  readonly border: Border;
}

/** Upright crops that shrink at least this much are averaged from whole pixels: faster, and no worse. */
const MIN_MEAN_SHRINK = 1.75;
/** Side of the sample grid that is averaged per destination pixel at most. */
const MAX_SAMPLES_PER_AXIS = 5;

/**
 * Fills `out` (`3 * width * height`, interleaved RGB, 0..255) with the picture seen through an affine map, bilinear.
 * Where the map shrinks by two or more, it looks at the mean of whole blocks of pixels, so that texture does not alias.
 */
export const warpAffine = (
  image: RgbImage,
  map: Affine,
  width: number,
  height: number,
  out: Float32Array,
  border: Border,
): void => {
  const target = { width, height, out, border };
  const shrink = Math.sqrt(Math.abs(map.a * map.e - map.b * map.d));
  const factor = Math.min(Math.floor(shrink), image.width, image.height);
  if (factor < 2) {
    warpBilinear(image, map, target);
    return;
  }
  const part = reduceBlocks(image, sourceBounds(map, width, height), factor);
  // Centre of block i is pixel `factor * i + (factor - 1) / 2` of the part.
  const shift = (factor - 1) / 2;
  const reduced = {
    a: map.a / factor,
    b: map.b / factor,
    c: (map.c - part.x - shift) / factor,
    d: map.d / factor,
    e: map.e / factor,
    f: (map.f - part.y - shift) / factor,
  };
  warpBilinear(part.image, reduced, target);
  part.image.data.fill(0);
};

/** Box of source pixels an upright destination can see. */
const sourceBounds = ({ a, b, c, d, e, f }: Affine, width: number, height: number): Box => {
  const x = c + Math.min(0, a * width) + Math.min(0, b * height);
  const y = f + Math.min(0, d * width) + Math.min(0, e * height);
  return {
    x,
    y,
    width: Math.abs(a * width) + Math.abs(b * height),
    height: Math.abs(d * width) + Math.abs(e * height),
  };
};

/** A part of a picture at a fraction of its size, and where it begins. */
interface ReducedPart {
  readonly image: RgbImage;
  readonly x: number;
  readonly y: number;
}

/** Means of blocks of `factor` x `factor` pixels over the part of a picture a box touches. A hot loop. */
const reduceBlocks = ({ data, width, height }: RgbImage, box: Box, factor: number): ReducedPart => {
  const x0 = Math.max(0, Math.min(width - factor, Math.floor(box.x) - factor));
  const y0 = Math.max(0, Math.min(height - factor, Math.floor(box.y) - factor));
  const x1 = Math.min(width, Math.ceil(box.x + box.width) + 2 * factor);
  const y1 = Math.min(height, Math.ceil(box.y + box.height) + 2 * factor);
  const columns = Math.max(1, Math.floor((x1 - x0) / factor));
  const rows = Math.max(1, Math.floor((y1 - y0) / factor));
  const out = new Uint8Array(3 * columns * rows);
  const weight = 1 / (factor * factor);
  for (let y = 0, p = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, p += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < factor; j++) {
        let q = 3 * ((y0 + y * factor + j) * width + x0 + x * factor);
        for (let i = 0; i < factor; i++, q += 3) {
          red += data[q];
          green += data[q + 1];
          blue += data[q + 2];
        }
      }
      out[p] = red * weight + 0.5;
      out[p + 1] = green * weight + 0.5;
      out[p + 2] = blue * weight + 0.5;
    }
  }
  return { image: { width: columns, height: rows, data: out }, x: x0, y: y0 };
};

/** One bilinear sample per pixel. A hot loop, hence its length. */
const warpBilinear = (
  { data, width: sourceWidth, height: sourceHeight }: RgbImage,
  map: Affine,
  { width, height, out, border }: Target,
): void => {
  const stride = 3 * sourceWidth;
  const maxX = sourceWidth - 1;
  const maxY = sourceHeight - 1;
  const black = border === 'black';
  let target = 0;
  for (let y = 0; y < height; y++) {
    let sx = map.b * y + map.c;
    let sy = map.e * y + map.f;
    for (let x = 0; x < width; x++, target += 3, sx += map.a, sy += map.d) {
      let u = sx;
      let v = sy;
      if (!(u >= 0 && v >= 0 && u <= maxX && v <= maxY)) {
        if (black && (u <= -1 || v <= -1 || u >= sourceWidth || v >= sourceHeight)) {
          out[target] = 0;
          out[target + 1] = 0;
          out[target + 2] = 0;
          continue;
        }
        u = Math.max(0, Math.min(u, maxX));
        v = Math.max(0, Math.min(v, maxY));
      }
      const x0 = u | 0;
      const y0 = v | 0;
      const fx = u - x0;
      const fy = v - y0;
      const p = y0 * stride + 3 * x0;
      const q = y0 < maxY ? p + stride : p;
      const right = x0 < maxX ? 3 : 0;
      const w00 = (1 - fx) * (1 - fy);
      const w10 = fx * (1 - fy);
      const w01 = (1 - fx) * fy;
      const w11 = fx * fy;
      const pr = p + right;
      const qr = q + right;
      out[target] = data[p] * w00 + data[pr] * w10 + data[q] * w01 + data[qr] * w11;
      out[target + 1] = data[p + 1] * w00 + data[pr + 1] * w10 + data[q + 1] * w01 + data[qr + 1] * w11;
      out[target + 2] = data[p + 2] * w00 + data[pr + 2] * w10 + data[q + 2] * w01 + data[qr + 2] * w11;
    }
  }
};

/** Map that stretches a box of the source over `width` x `height` pixels, pixel centres on pixel centres. */
const boxToGrid = (box: Box, width: number, height: number): Affine => {
  const a = box.width / width;
  const e = box.height / height;
  return { a, b: 0, c: box.x + a / 2 - 0.5, d: 0, e, f: box.y + e / 2 - 0.5 };
};

/**
 * Offsets of the source pixels that are averaged along one axis, `samples` per destination pixel, in units of
 * `unit`; -1 where black lies outside.
 */
const axisOffsets = (
  start: number,
  step: number,
  count: number,
  samples: number,
  limit: number,
  unit: number,
  border: Border,
): Int32Array => {
  const offsets = new Int32Array(count * samples);
  for (let i = 0; i < offsets.length; i++) {
    const at = Math.floor(start + ((i + 0.5) / samples) * step);
    const outside = at < 0 || at >= limit;
    offsets[i] = outside && border === 'black' ? -1 : unit * Math.max(0, Math.min(at, limit - 1));
  }
  return offsets;
};

/** Mean of `samples` x `samples` pixels per pixel of an upright crop. A hot loop: indexes come from tables. */
const cropMean = ({ data, width, height }: RgbImage, box: Box, samples: number, target: Target): void => {
  const { out, border } = target;
  const columns = axisOffsets(box.x, box.width / target.width, target.width, samples, width, 3, border);
  const rows = axisOffsets(
    box.y,
    box.height / target.height,
    target.height,
    samples,
    height,
    3 * width,
    border,
  );
  const weight = 1 / (samples * samples);
  for (let y = 0, p = 0; y < rows.length; y += samples) {
    for (let x = 0; x < columns.length; x += samples, p += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = y; j < y + samples; j++) {
        const row = rows[j];
        if (row < 0) continue;
        for (let i = x; i < x + samples; i++) {
          if (columns[i] < 0) continue;
          const q = row + columns[i];
          red += data[q];
          green += data[q + 1];
          blue += data[q + 2];
        }
      }
      out[p] = red * weight;
      out[p + 1] = green * weight;
      out[p + 2] = blue * weight;
    }
  }
};

/** Crops and resizes a box into `out` (`3 * width * height`, interleaved RGB, 0..255). */
export const cropResize = (
  image: RgbImage,
  box: Box,
  width: number,
  height: number,
  out: Float32Array,
  border: Border,
): void => {
  const shrink = Math.sqrt((box.width / width) * (box.height / height));
  if (shrink < MIN_MEAN_SHRINK) {
    warpAffine(image, boxToGrid(box, width, height), width, height, out, border);
    return;
  }
  const samples = Math.min(MAX_SAMPLES_PER_AXIS, Math.ceil(shrink));
  cropMean(image, box, samples, { width, height, out, border });
};
