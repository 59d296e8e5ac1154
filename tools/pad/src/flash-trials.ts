import {
  createSequenceAnalyzer,
  type FaceFrame,
  type FlashResponse,
  measureFaceFrame,
  nextFlashColour,
  type RgbImage,
} from '@openrecognize/biometrics';
import sharp from 'sharp';
import {
  adaptCamera,
  type Camera,
  cameraTarget,
  type Light,
  lightMask,
  linearLight,
  relight,
  type Scene,
} from './relight.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import type { ObservedRecording } from './sequences.ts';

/** What stands before the camera, or is put in its place. */
export const FLASH_KINDS = [
  'live',
  'live, head and room still',
  'recording without the light',
  'recording of another session',
  'light added over the whole picture',
  'print or screen that fills the picture',
  'light added three frames late',
  'print held before the face',
  'light added to the face in time',
] as const;
export type FlashKind = (typeof FLASH_KINDS)[number];

/** Genuine presentations. */
export const LIVE_FLASH: readonly FlashKind[] = ['live', 'live, head and room still'];

/** Kinds that answer as a face does; the flash alone does not stop them. */
export const BEYOND_FLASH: readonly FlashKind[] = [
  'print held before the face',
  'light added to the face in time',
];

export interface FlashTrial {
  readonly kind: FlashKind;
  readonly subject: string;
  readonly strength: number;
  readonly frames: number;
  readonly response: FlashResponse;
}

/** Width the recordings are reduced to, as a client that saves bandwidth does. */
const WIDTH = 320;
const JPEG_QUALITY = 88;
const LATE_FRAMES = 3;
/** Share of the light on the face that reaches a wall one to three face distances behind it. */
const NEAREST_WALL = 0.25;
const FARTHEST_WALL = 0.06;

/** A frame of a recording at working size, with its geometry. */
interface BaseFrame {
  readonly image: RgbImage;
  readonly geometry: FaceFrame;
}

const readBase = async (path: string, frame: FaceFrame): Promise<BaseFrame> => {
  const scale = WIDTH / frame.width;
  const height = Math.round(frame.height * scale);
  const data = await sharp(path)
    .resize(WIDTH, height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const { x, y, width, height: boxHeight } = frame.faceBox;
  const geometry: FaceFrame = {
    ...frame,
    width: WIDTH,
    height,
    faceBox: { x: x * scale, y: y * scale, width: width * scale, height: boxHeight * scale },
    landmarks: frame.landmarks.map((point) => ({ x: point.x * scale, y: point.y * scale })),
  };
  return { image: { width: WIDTH, height, data }, geometry };
};

const drawColours = (count: number, random: SeededRandom): string[] => {
  const colours: string[] = [];
  while (colours.length < count) colours.push(nextFlashColour(random.uniform(), colours.at(-1)));
  return colours;
};

const sceneOf = (kind: FlashKind, strength: number, random: SeededRandom): Scene => {
  const wall = random.between(FARTHEST_WALL, NEAREST_WALL);
  switch (kind) {
    case 'recording without the light':
      return { strength: 0, backgroundShare: 0, flat: false };
    case 'light added over the whole picture':
    case 'print or screen that fills the picture':
      return { strength, backgroundShare: 1, flat: true };
    case 'print held before the face':
      return { strength, backgroundShare: wall, flat: true };
    default:
      return { strength, backgroundShare: wall, flat: false };
  }
};

const DARK: Light = [0, 0, 0];

/** Light that falls on the scene at each frame. */
const lightsOf = (kind: FlashKind, shown: readonly string[], random: SeededRandom): readonly Light[] => {
  const late = kind === 'light added three frames late' ? LATE_FRAMES : random.uniform() < 0.5 ? 0 : 1;
  const source = kind === 'recording of another session' ? drawColours(shown.length, random) : shown;
  return shown.map((_, t) => (t < late ? DARK : linearLight(source[t - late])));
};

const throughJpeg = async ({ width, height, data }: RgbImage): Promise<RgbImage> => {
  const file = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  return { width, height, data: await sharp(file).raw().toBuffer() };
};

interface TrialSetup {
  readonly kind: FlashKind;
  readonly strength: number;
  readonly frames: number;
}

const runTrial = async (
  base: readonly BaseFrame[],
  { kind, strength, frames }: TrialSetup,
  random: SeededRandom,
): Promise<FlashResponse> => {
  const shown = drawColours(frames, random);
  const lights = lightsOf(kind, shown, random);
  const scene = sceneOf(kind, strength, random);
  const camera: Camera = { gains: [1, 1, 1], photonNoise: 0.0006, readNoise: 0.00001 };
  const target = cameraTarget(base[0].image);
  const start = Math.floor(random.uniform() * base.length);
  const analyzer = createSequenceAnalyzer();
  for (let t = 0; t < frames; t++) {
    const { image, geometry } =
      base[kind === 'live, head and room still' ? start : (start + t) % base.length];
    const mask = lightMask(geometry, scene);
    const lit = relight(image, { mask, scene, light: lights[t], camera }, random);
    const seen = await throughJpeg(lit);
    adaptCamera(camera, seen, target, random);
    const { faceBox, landmarks } = geometry;
    const frame = measureFaceFrame({ image: seen, faceBox, landmarks });
    analyzer.add({ frame, flashColour: shown[t] });
  }
  return analyzer.assess().flash!;
};

export interface FlashOptions {
  readonly seed: string;
  /** Trials of each kind, strength and length for each recording. */
  readonly repeats: number;
  /** All by default. */
  readonly kinds?: readonly FlashKind[];
  /** `FLASH_LENGTHS` by default. */
  readonly lengths?: readonly number[];
  readonly onProgress: (done: string) => void;
}

/** Light of a white screen relative to the room's: daylight, office, lamps in the evening. */
export const FLASH_STRENGTHS = [0.1, 0.2, 0.4] as const;
/** Attacks do not profit from the dark. */
const ATTACK_STRENGTHS = [0.2] as const;
/** Frames of a session. */
export const FLASH_LENGTHS = [8, 12] as const;

/** Fewest frames a recording needs to stand for a session. */
const MIN_BASE_FRAMES = 4;

/** Simulated flash sessions over real recordings. */
export const flashTrials = async (
  recordings: readonly ObservedRecording[],
  options: FlashOptions,
): Promise<FlashTrial[]> => {
  const trials: FlashTrial[] = [];
  for (const { recording, frames } of recordings) {
    if (frames.length < MIN_BASE_FRAMES) continue;
    const base = await Promise.all(frames.map(({ path, frame }) => readBase(path, frame)));
    for (const length of options.lengths ?? FLASH_LENGTHS) {
      for (const kind of options.kinds ?? FLASH_KINDS) {
        for (const strength of LIVE_FLASH.includes(kind) ? FLASH_STRENGTHS : ATTACK_STRENGTHS) {
          for (let repeat = 0; repeat < options.repeats; repeat++) {
            const random = seededRandom(
              [options.seed, recording.id, length, strength, kind, repeat].join(' '),
            );
            const setup = { kind, strength, frames: length };
            const response = await runTrial(base, setup, random);
            trials.push({ ...setup, subject: recording.subject, response });
          }
        }
      }
    }
    options.onProgress(`flash over ${recording.id}`);
  }
  return trials;
};
