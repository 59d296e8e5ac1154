import type { FaceFrame, RgbImage } from '@openrecognize/biometrics';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** Linear light, three channels. */
export type Light = readonly [number, number, number];

/** How the light of a screen reaches a scene. */
export interface Scene {
  /** Light of a full white screen on the face, relative to the light that is there; 0 for a recording. */
  readonly strength: number;
  /** The same on what is behind, as a share of `strength`. */
  readonly backgroundShare: number;
  /** A flat picture reflects evenly; a head less towards its sides. */
  readonly flat: boolean;
}

/** State of a camera that follows the light with a delay. */
export interface Camera {
  readonly gains: [number, number, number];
  /** Deviation of the noise in linear light at full scale, photon and read noise. */
  readonly photonNoise: number;
  readonly readNoise: number;
}

const LINEAR = Float64Array.from({ length: 256 }, (_, i) => {
  const v = i / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

const ENCODE_STEPS = 4095;
const ENCODED = Float64Array.from({ length: ENCODE_STEPS + 1 }, (_, i) => {
  const v = i / ENCODE_STEPS;
  return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
});

const NOISE_TABLE = 65_536;

/** Normal deviates, read from a random place on: a picture needs more of them than are worth computing. */
const noiseTable = (() => {
  let table: Float32Array | undefined;
  return (): Float32Array => {
    if (table === undefined) {
      const random = seededRandom('normal deviates');
      table = Float32Array.from({ length: NOISE_TABLE }, () => random.normal());
    }
    return table;
  };
})();

/** `#rrggbb` as linear light. */
export const linearLight = (colour: string): Light => {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return [LINEAR[rgb >> 16], LINEAR[(rgb >> 8) & 255], LINEAR[rgb & 255]];
};

/**
 * Share of the frontal light each pixel gets: an ellipsoid of a head in front of a background (Lambert 1760: the cosine
 * to the surface), or 1 for every pixel of a flat picture's face.
 */
export const lightMask = ({ width, height, faceBox }: FaceFrame, scene: Scene): Float32Array => {
  const mask = new Float32Array(width * height);
  const centreX = faceBox.x + faceBox.width / 2;
  const centreY = faceBox.y + 0.4 * faceBox.height;
  const radiusX = 0.62 * faceBox.width;
  const radiusY = 0.95 * faceBox.height;
  const shoulders = faceBox.y + 1.1 * faceBox.height;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const u = (x - centreX) / radiusX;
      const v = (y - centreY) / radiusY;
      const square = u * u + v * v;
      const body = y > shoulders && Math.abs(u) < 2;
      if (square < 1) mask[p] = scene.flat ? 1 : Math.sqrt(1 - square);
      else mask[p] = body ? 0.5 : scene.backgroundShare;
    }
  }
  return mask;
};

export interface RelightOptions {
  readonly mask: Float32Array;
  readonly scene: Scene;
  /** Colour on the screen. */
  readonly light: Light;
  readonly camera: Camera;
}

/**
 * Adds diffusely reflected light to a picture: what a pixel sent out under the light of the room, it sends out in the
 * same proportion under the light of the screen, so that its albedo is kept. Then the camera: gains, noise, 8 bits.
 */
export const relight = (
  image: RgbImage,
  { mask, scene, light, camera }: RelightOptions,
  random: SeededRandom,
): RgbImage => {
  const { data } = image;
  const out = new Uint8Array(data.length);
  const noises = noiseTable();
  let at = Math.floor(random.uniform() * NOISE_TABLE);
  for (let p = 0, i = 0; p < data.length; p += 3, i++) {
    for (let c = 0; c < 3; c++) {
      const lit = LINEAR[data[p + c]] * (1 + scene.strength * mask[i] * light[c]) * camera.gains[c];
      const noise = Math.sqrt(camera.photonNoise * lit + camera.readNoise) * noises[at++ % NOISE_TABLE];
      const level = Math.max(0, Math.min(1, lit + noise));
      out[p + c] = Math.round(ENCODED[Math.round(level * ENCODE_STEPS)]);
    }
  }
  return { width: image.width, height: image.height, data: out };
};

/** How fast exposure and white balance follow, and how much they wander by themselves, per frame. */
const EXPOSURE_SPEED = 0.3;
const BALANCE_SPEED = 0.15;
const WANDER = 0.004;

/** Mean linear light of each channel. */
const meanLight = ({ data }: RgbImage): [number, number, number] => {
  const sums: [number, number, number] = [0, 0, 0];
  const step = 3 * 7;
  let count = 0;
  for (let p = 0; p + 2 < data.length; p += step, count++) {
    for (let c = 0; c < 3; c++) sums[c] += LINEAR[data[p + c]];
  }
  return [sums[0] / count, sums[1] / count, sums[2] / count];
};

/** Automatic exposure and grey-world white balance: both move towards the look of the first frame. */
export const adaptCamera = (camera: Camera, seen: RgbImage, target: Light, random: SeededRandom): void => {
  const now = meanLight(seen);
  const exposure = (target[0] + target[1] + target[2]) / (now[0] + now[1] + now[2]);
  for (let c = 0; c < 3; c++) {
    const balance = target[c] / now[c] / exposure;
    camera.gains[c] *= exposure ** EXPOSURE_SPEED * balance ** BALANCE_SPEED;
    camera.gains[c] *= 1 + WANDER * random.normal();
  }
};

/** The look automatic exposure aims at. */
export const cameraTarget = (image: RgbImage): Light => meanLight(image);
