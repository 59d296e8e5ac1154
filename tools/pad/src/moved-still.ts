import type { RawImage, RgbImage } from '@openrecognize/biometrics';
import sharp from 'sharp';
import type { SeededRandom } from './seeded-random.ts';

/**
 * Sequences made of one still picture. `repeated`: the same frame. `recompressed`: noise and JPEG anew each time.
 * `shifted`: moved, turned and scaled in the plane, as a picture in a shaking hand or an injected, cropped one.
 * `bent`: a sheet that is bent and tilted as well.
 */
export const STILL_ATTACKS = ['repeated', 'recompressed', 'shifted', 'bent'] as const;
export type StillAttack = (typeof STILL_ATTACKS)[number];

interface Placement {
  /** Shift in shares of the width, turn in radians, scale. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly turn: number;
  readonly scale: number;
  /** Bend and tilt; 0 for a flat sheet that faces the camera. */
  readonly bend: number;
  readonly tiltX: number;
  readonly tiltY: number;
  /** Deviation of the noise, 0..255. */
  readonly noise: number;
}

const STILL_NOISE = 2;

const placementOf = (attack: StillAttack, random: SeededRandom): Placement => {
  const moves = attack === 'shifted' || attack === 'bent';
  const within = (size: number): number => (moves ? random.between(-size, size) : 0);
  const sheet = (size: number): number => (attack === 'bent' ? random.between(-size, size) : 0);
  return {
    shiftX: within(0.03),
    shiftY: within(0.03),
    turn: within(0.08),
    scale: 1 + within(0.06),
    bend: sheet(0.25),
    tiltX: sheet(0.15),
    tiltY: sheet(0.15),
    noise: attack === 'repeated' ? 0 : STILL_NOISE,
  };
};

/** The picture seen through a placement, bilinear, edges repeated. */
const place = (image: RgbImage, placement: Placement, random: SeededRandom): RgbImage => {
  const { width, height, data } = image;
  const out = new Uint8Array(data.length);
  const cos = Math.cos(placement.turn) / placement.scale;
  const sin = Math.sin(placement.turn) / placement.scale;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      // Coordinates from the centre, in widths.
      const u = (x - width / 2) / width - placement.shiftX;
      const v = (y - height / 2) / width - placement.shiftY;
      const depth = 1 + placement.tiltX * u + placement.tiltY * v;
      const turnedX = (u * cos + v * sin) / depth;
      const turnedY = (v * cos - u * sin) / depth;
      const bentX = turnedX * (1 + placement.bend * turnedX * turnedX);
      const sourceX = Math.max(0, Math.min(width - 1.001, bentX * width + width / 2));
      const sourceY = Math.max(0, Math.min(height - 1.001, turnedY * width + height / 2));
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const fx = sourceX - left;
      const fy = sourceY - top;
      const q = 3 * (top * width + left);
      for (let c = 0; c < 3; c++) {
        const upper = data[q + c] * (1 - fx) + data[q + 3 + c] * fx;
        const lower = data[q + 3 * width + c] * (1 - fx) + data[q + 3 * width + 3 + c] * fx;
        const value = upper * (1 - fy) + lower * fy + placement.noise * random.normal();
        out[p + c] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  return { width, height, data: out };
};

/** Longer side of the pictures sequences are made of, in pixels. */
const STILL_SIDE = 480;

/** A file as pixels, at most 480 on its longer side. */
export const readStill = async (path: string): Promise<RgbImage> => {
  const { data, info } = await sharp(path)
    .resize({ width: STILL_SIDE, height: STILL_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
};

const jpeg = ({ width, height, data }: RgbImage, quality: number): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();

/** Frames of an attack with one still picture, as JPEG files or raw pixels. */
export const movedStill = async (
  still: RgbImage,
  attack: StillAttack,
  frames: number,
  random: SeededRandom,
): Promise<(Uint8Array | RawImage)[]> => {
  if (attack === 'repeated') {
    const raw: RawImage = {
      encoding: 'rgb',
      width: still.width,
      height: still.height,
      bytes: still.data,
    };
    return Array.from({ length: frames }, () => raw);
  }
  const made: Uint8Array[] = [];
  for (let i = 0; i < frames; i++) {
    const quality = Math.round(random.between(80, 95));
    made.push(await jpeg(place(still, placementOf(attack, random), random), quality));
  }
  return made;
};
