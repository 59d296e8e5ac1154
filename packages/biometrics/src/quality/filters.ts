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
import type { FaceInput, FilterResult, PictureInput } from './quality-filter.ts';

/** Filters that need no face. */
export const PICTURE_FILTERS: readonly ((input: PictureInput) => FilterResult | undefined)[] = [
  faceMissing,
  imageBlackAndWhite,
  imageMetadataLowLight,
];

/** Filters that look at the main face. */
export const FACE_FILTERS: readonly ((input: FaceInput) => FilterResult | undefined)[] = [
  faceMultiple,
  facePartial,
  faceTooClose,
  faceTooSmall,
  faceAngleTooLarge,
  eyesClosed,
  faceIsOccluded,
  imageBlurred,
];
