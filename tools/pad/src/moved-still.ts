import type { RawImage, RgbImage } from '@openrecognize/biometrics';
import sharp from 'sharp';
import type { SeededRandom } from './seeded-random.ts';

/**
 * Sequences made of one still picture. `repeated`: the same frame. `recompressed`: noise and JPEG anew each time.
 * `shifted`: moved, turned and scaled in the plane, as a picture in a shaking hand or an injected, cropped one.
 * `bent`: a sheet that is bent and tilted as well. `tilted`: shifted, and turned by up to 20 degrees out of the plane, seen
 * in perspective. `swayed`: the same by up to 8 degrees, in slow movements instead of jumps.
 */
export const STILL_ATTACKS = ['repeated', 'recompressed', 'shifted', 'bent', 'tilted', 'swayed'] as const;
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
  /** Radians out of the plane of the picture. */
  readonly yaw: number;
  readonly pitch: number;
  /** Deviation of the noise, 0..255. */
  readonly noise: number;
}

const STILL_NOISE = 2;

const STILL: Placement = {
  shiftX: 0,
  shiftY: 0,
  turn: 0,
  scale: 1,
  bend: 0,
  tiltX: 0,
  tiltY: 0,
  yaw: 0,
  pitch: 0,
  noise: STILL_NOISE,
};
const JUMP_RADIANS = (20 * Math.PI) / 180;
const SWAY_RADIANS = (8 * Math.PI) / 180;

/** Says for each size how far one movement goes in the next frame; the order of the calls tells movements apart. */
type Mover = (size: number) => number;

const moved = (attack: StillAttack, within: Mover): Placement => {
  const base: Placement = {
    ...STILL,
    shiftX: within(0.03),
    shiftY: within(0.03),
    turn: within(0.08),
    scale: 1 + within(0.06),
  };
  if (attack === 'bent') return { ...base, bend: within(0.25), tiltX: within(0.15), tiltY: within(0.15) };
  if (attack === 'shifted') return base;
  const tilt = attack === 'tilted' ? JUMP_RADIANS : SWAY_RADIANS;
  return { ...base, yaw: within(tilt), pitch: within(tilt) };
};

const SWAY_MOVEMENTS = 6;

/** Placements of an attack, one after the other. */
const placements = (attack: StillAttack, random: SeededRandom): ((frame: number) => Placement) => {
  if (attack === 'repeated') return () => ({ ...STILL, noise: 0 });
  if (attack === 'recompressed') return () => STILL;
  if (attack !== 'swayed') return () => moved(attack, (size) => random.between(-size, size));
  const courses = Array.from({ length: SWAY_MOVEMENTS }, () => ({
    phase: random.between(0, 2 * Math.PI),
    pace: random.between(0.3, 1.6),
  }));
  return (frame) => {
    let next = 0;
    return moved(attack, (size) => {
      const { phase, pace } = courses[next++];
      return size * Math.sin(phase + pace * frame);
    });
  };
};

/** Width of the picture over its distance; a picture held before a webcam. */
const DISTANCE = 1.3;

/** Where the line of sight through a point meets the sheet that is turned out of the plane, both in widths. */
const turnedSheet = ({ yaw, pitch }: Placement): ((x: number, y: number) => { x: number; y: number }) => {
  if (yaw === 0 && pitch === 0) return (x, y) => ({ x, y });
  const across = [Math.cos(yaw), Math.sin(pitch) * Math.sin(yaw), -Math.cos(pitch) * Math.sin(yaw)];
  const down = [0, Math.cos(pitch), Math.sin(pitch)];
  return (x, y) => {
    const [u, v] = [x / DISTANCE, y / DISTANCE];
    const a = across[0] - u * across[2];
    const b = down[0] - u * down[2];
    const c = across[1] - v * across[2];
    const d = down[1] - v * down[2];
    const area = a * d - b * c;
    return { x: ((u * d - b * v) * DISTANCE) / area, y: ((a * v - c * u) * DISTANCE) / area };
  };
};

/** The picture seen through a placement, bilinear, edges repeated. */
const place = (image: RgbImage, placement: Placement, random: SeededRandom): RgbImage => {
  const { width, height, data } = image;
  const out = new Uint8Array(data.length);
  const cos = Math.cos(placement.turn) / placement.scale;
  const sin = Math.sin(placement.turn) / placement.scale;
  const onSheet = turnedSheet(placement);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      // Coordinates from the centre, in widths.
      const u = (x - width / 2) / width - placement.shiftX;
      const v = (y - height / 2) / width - placement.shiftY;
      const depth = 1 + placement.tiltX * u + placement.tiltY * v;
      const turnedX = (u * cos + v * sin) / depth;
      const turnedY = (v * cos - u * sin) / depth;
      const sheet = onSheet(turnedX, turnedY);
      const bentX = sheet.x * (1 + placement.bend * sheet.x * sheet.x);
      const sourceX = Math.max(0, Math.min(width - 1.001, bentX * width + width / 2));
      const sourceY = Math.max(0, Math.min(height - 1.001, sheet.y * width + height / 2));
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

const FILM_WIDTH = 640;
const FILM_HEIGHT = 480;

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
  const placementOf = placements(attack, random);
  for (let i = 0; i < frames; i++) {
    const quality = Math.round(random.between(80, 95));
    made.push(await jpeg(place(still, placementOf(i), random), quality));
  }
  return made;
};

/** Frames of a window that sways and zooms over a picture, as of a picture in a hand before the camera. */
export const movedWindow = async (path: string, share: number, frames: number): Promise<Uint8Array[]> => {
  const { width = 0, height = 0 } = await sharp(path).metadata();
  const side = share * Math.min(height, (width * FILM_HEIGHT) / FILM_WIDTH);
  const sway = (frame: number, pace: number): number => Math.sin(frame * pace * 0.9 + pace * pace);
  const made: Uint8Array[] = [];
  for (let i = 0; i < frames; i++) {
    const high = Math.round(side * (1 + 0.02 * sway(i, 1.1)));
    const wide = Math.min(width, Math.round((high * FILM_WIDTH) / FILM_HEIGHT));
    const within = (value: number, most: number): number => Math.round(Math.max(0, Math.min(most, value)));
    const left = within((width - wide) / 2 + 0.012 * side * sway(i, 1.7), width - wide);
    const top = within((height - high) / 2 + 0.009 * side * sway(i, 2.3), height - high);
    made.push(
      await sharp(path)
        .extract({ left, top, width: wide, height: high })
        .resize(FILM_WIDTH, FILM_HEIGHT, { fit: 'fill' })
        .jpeg({ quality: 85 })
        .toBuffer(),
    );
  }
  return made;
};
