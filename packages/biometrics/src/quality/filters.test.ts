import { describe, expect, it } from 'vitest';
import { ARCFACE_112 } from '../aligner.ts';
import type { FaceDetection } from '../detector/face-detection.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { eyesClosed } from './eyes-closed.ts';
import { faceAngleTooLarge } from './face-angle-too-large.ts';
import { faceIsOccluded } from './face-is-occluded.ts';
import { faceMissing } from './face-missing.ts';
import { faceMultiple } from './face-multiple.ts';
import { facePartial } from './face-partial.ts';
import { faceTooClose } from './face-too-close.ts';
import { faceTooSmall } from './face-too-small.ts';
import { imageBlackAndWhite } from './image-black-and-white.ts';
import { imageBlurred } from './image-blurred.ts';
import { imageMetadataLowLight } from './image-metadata-low-light.ts';
import type { FaceInput, FilterResult } from './quality-filter.ts';
import { QUALITY_PROFILES, type QualityProfile } from './quality-profile.ts';

type Colour = readonly [number, number, number];

const paint = (width: number, height: number, colour: (x: number, y: number) => Colour): RgbImage => {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(colour(x, y), 3 * (y * width + x));
  return { width, height, data };
};

const detection = (x: number, y: number, side: number, score = 0.9): FaceDetection => ({
  score,
  box: { x, y, width: side, height: side },
  keypoints: [],
});

const SKIN: Colour = [200, 150, 120];
const side = ARCFACE_112.side;
const aligned = (colour: (x: number, y: number) => Colour): Float32Array =>
  Float32Array.from(paint(side, side, colour).data);

const face = detection(100, 100, 120);
/** A picture that passes every filter. */
const GOOD: FaceInput = {
  image: paint(320, 320, (x) => [x % 256, 120, 60]),
  exposure: undefined,
  faces: [face],
  profile: QUALITY_PROFILES.SELFIE,
  grey: false,
  face,
  landmarks: Array.from({ length: 68 }, (_, i) => ({ x: i >= 42 && i <= 47 ? 185 : 135, y: 140 })),
  aligned: aligned((x, y) => [SKIN[0] + ((x + y) % 2 === 0 ? 8 : -8), SKIN[1], SKIN[2]]),
  pose: { yawDegrees: 3, pitchDegrees: -4, rollDegrees: 10 },
  eyes: { left: 0.01, right: 0.02 },
};

type Filter = (input: FaceInput) => FilterResult | undefined;
interface Case {
  readonly filter: Filter;
  readonly name: FilterResult['name'];
  readonly bad: Partial<FaceInput>;
  readonly threshold: keyof QualityProfile;
}

const cases: Record<string, Case> = {
  'both eyes closed': {
    filter: eyesClosed,
    name: 'eyes_closed',
    bad: { eyes: { left: 0.8, right: 0.9 } },
    threshold: 'eyesClosedProbability',
  },
  'a turned head': {
    filter: faceAngleTooLarge,
    name: 'face_angle_too_large',
    bad: { pose: { yawDegrees: -31, pitchDegrees: 0, rollDegrees: 0 } },
    threshold: 'angleDegrees',
  },
  'a bowed head': {
    filter: faceAngleTooLarge,
    name: 'face_angle_too_large',
    bad: { pose: { yawDegrees: 0, pitchDegrees: -26, rollDegrees: 0 } },
    threshold: 'angleDegrees',
  },
  'a blue mask': {
    filter: faceIsOccluded,
    name: 'face_is_occluded',
    bad: { aligned: aligned((_, y) => (y > 72 ? [110, 150, 200] : SKIN)) },
    threshold: 'occlusionChroma',
  },
  'no face': { filter: faceMissing, name: 'face_missing', bad: { faces: [] }, threshold: 'faceScore' },
  'a doubtful face': {
    filter: faceMissing,
    name: 'face_missing',
    bad: { faces: [detection(0, 0, 50, 0.55)] },
    threshold: 'faceScore',
  },
  'two people': {
    filter: faceMultiple,
    name: 'face_multiple',
    bad: { faces: [face, detection(220, 100, 90)] },
    threshold: 'secondFaceRatio',
  },
  'a face cut by the edge': {
    filter: facePartial,
    name: 'face_partial',
    bad: { face: detection(-40, 100, 120) },
    threshold: 'outsideShare',
  },
  'a face too close': {
    filter: faceTooClose,
    name: 'face_too_close',
    bad: { face: detection(20, 20, 280) },
    threshold: 'faceShare',
  },
  'a tiny face': {
    filter: faceTooSmall,
    name: 'face_too_small',
    bad: { landmarks: GOOD.landmarks.map(({ x, y }) => ({ x: x / 4, y: y / 4 })) },
    threshold: 'eyeDistancePixels',
  },
  'a picture without colour': {
    filter: imageBlackAndWhite,
    name: 'image_black_and_white',
    bad: { image: paint(320, 320, (x) => [x % 200, x % 200, (x % 200) + 5]) },
    threshold: 'colourSpread',
  },
  'an unsharp face': {
    filter: imageBlurred,
    name: 'image_blurred',
    bad: { aligned: aligned((x, y) => [x, y, 100]) },
    threshold: 'sharpness',
  },
  'a dark frame': {
    filter: imageMetadataLowLight,
    name: 'image_metadata_low_light',
    bad: { image: paint(320, 320, (x) => [x % 50, x % 40, x % 30]) },
    threshold: 'lightLevel',
  },
  'a night shot by its settings': {
    filter: imageMetadataLowLight,
    name: 'image_metadata_low_light',
    bad: { exposure: { exposureValue: 0 } },
    threshold: 'lightLevel',
  },
};

// Covers BC-15 and BC-17.
describe('the quality filters', () => {
  it.each(Object.entries(cases))('refuse %s', (_, { filter, name, bad, threshold }) => {
    const result = filter({ ...GOOD, ...bad });
    expect(result).toMatchObject({ name, triggered: true, threshold: GOOD.profile[threshold] });
  });

  it.each(Object.entries(cases))('let a good picture pass: not %s', (_, { filter, name }) => {
    expect(filter(GOOD)).toMatchObject({ name, triggered: false });
  });

  it('let one closed eye pass', () => {
    expect(eyesClosed({ ...GOOD, eyes: { left: 0.99, right: 0.1 } })?.triggered).toBe(false);
  });

  it('say nothing about eyes where no network can tell', () => {
    const { eyes: _, ...blind } = GOOD;
    expect(eyesClosed(blind)).toBeUndefined();
  });

  it('let bystanders and doubtful detections pass', () => {
    const bystander = detection(250, 20, 40);
    const doubtful = detection(220, 100, 110, 0.55);
    expect(faceMultiple({ ...GOOD, faces: [face, bystander, doubtful] }).triggered).toBe(false);
  });

  it('do not take dark skin in a lit room for low light', () => {
    const image = paint(320, 320, (x, y) => (y < 40 ? [180, 180, 180] : [60, 40, 30 + (x % 5)]));
    expect(imageMetadataLowLight({ ...GOOD, image }).triggered).toBe(false);
  });

  it('do not let bright settings excuse a dark frame', () => {
    const dark = { image: paint(320, 320, () => [20, 20, 20]), exposure: { exposureValue: 15 } };
    expect(imageMetadataLowLight({ ...GOOD, ...dark }).triggered).toBe(true);
  });

  it.each([
    ['light', [240, 210, 190]],
    ['dark', [90, 60, 45]],
  ] as const)('do not take %s skin with a shadow below for a mask', (_, colour) => {
    const shaded = aligned((__, y) => {
      const shade = y > 72 ? 0.7 : 1;
      return [colour[0] * shade, colour[1] * shade, colour[2] * shade];
    });
    expect(faceIsOccluded({ ...GOOD, aligned: shaded })).toMatchObject({ triggered: false });
  });
});

describe('raw luma', () => {
  it('is not judged by filters that read colour', () => {
    expect(imageBlackAndWhite({ ...GOOD, grey: true })).toBeUndefined();
    expect(faceIsOccluded({ ...GOOD, grey: true })).toBeUndefined();
  });
});

describe('the profile of documents', () => {
  const profile = QUALITY_PROFILES.DOCUMENT;

  it('lets black-and-white portraits and ghost images pass', () => {
    const grey = paint(320, 320, () => [120, 120, 120]);
    expect(imageBlackAndWhite({ ...GOOD, profile, image: grey })).toMatchObject({ triggered: false });
    expect(faceMultiple({ ...GOOD, profile, faces: [face, detection(240, 200, 70)] }).triggered).toBe(false);
  });

  it('lets smaller faces pass than that of selfies', () => {
    const small = GOOD.landmarks.map(({ x, y }) => ({ x: x / 3.2, y: y / 3.2 }));
    expect(faceTooSmall({ ...GOOD, profile, landmarks: small }).triggered).toBe(false);
    expect(faceTooSmall({ ...GOOD, landmarks: small }).triggered).toBe(true);
  });
});
