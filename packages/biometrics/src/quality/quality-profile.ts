/** Where a photo comes from: a live capture, a photo the owner vouches for, or the portrait on an identity document. */
export type Scenario = 'SELFIE' | 'TRUSTED_SOURCE' | 'DOCUMENT';

/** Thresholds of one scenario; units as in spec 02 §7. */
export interface QualityProfile {
  readonly eyesClosedProbability: number;
  readonly angleDegrees: number;
  readonly occlusionChroma: number;
  readonly faceScore: number;
  readonly secondFaceRatio: number;
  readonly outsideShare: number;
  readonly faceShare: number;
  readonly eyeDistancePixels: number;
  readonly colourSpread: number;
  readonly sharpness: number;
  readonly lightLevel: number;
}

const SELFIE: QualityProfile = {
  eyesClosedProbability: 0.5,
  angleDegrees: 30,
  occlusionChroma: 14,
  faceScore: 0.6,
  secondFaceRatio: 0.5,
  outsideShare: 0.1,
  faceShare: 0.75,
  eyeDistancePixels: 18,
  colourSpread: 8,
  sharpness: 20,
  lightLevel: 1,
};

/** Photos from a trusted archive may be smaller and cropped tighter. */
const TRUSTED_SOURCE: QualityProfile = {
  ...SELFIE,
  faceShare: 0.85,
  eyeDistancePixels: 16,
};

/**
 * Portraits on documents are small, often printed in one ink, and often repeated as a ghost image beside the main one;
 * the print has its own texture, so sharpness says less.
 */
const DOCUMENT: QualityProfile = {
  ...SELFIE,
  secondFaceRatio: 0.75,
  faceShare: 0.85,
  eyeDistancePixels: 14,
  colourSpread: 0,
  sharpness: 10,
};

/** Thresholds by scenario. */
export const QUALITY_PROFILES: Readonly<Record<Scenario, QualityProfile>> = {
  SELFIE,
  TRUSTED_SOURCE,
  DOCUMENT,
};
