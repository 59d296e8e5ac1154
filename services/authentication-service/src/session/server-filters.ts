import {
  type FilterResult,
  MIN_DEVICE_MOVEMENT,
  MIN_TURN_DEGREES,
  QUALITY_PROFILES,
  type SequenceFilterResult,
} from '@openrecognize/biometrics';
import {
  SERVER_FILTER_NAMES,
  type ServerFilterName,
  type ServerFilterResult,
} from '@openrecognize/contracts/ws';

const profile = QUALITY_PROFILES.SELFIE;

/** Threshold to tell where a filter could not run: without a face most can't. */
const thresholds: Readonly<Record<ServerFilterName, number>> = {
  eyes_closed: profile.eyesClosedProbability,
  face_angle_too_large: profile.angleDegrees,
  face_is_occluded: profile.occlusionChroma,
  face_missing: profile.faceScore,
  face_multiple: profile.secondFaceRatio,
  face_partial: profile.outsideShare,
  face_too_close: profile.faceShare,
  face_too_small: profile.eyeDistancePixels,
  image_black_and_white: profile.colourSpread,
  image_metadata_low_light: profile.lightLevel,
  no_movement_from_device: MIN_DEVICE_MOVEMENT,
  no_movement_from_subject: MIN_TURN_DEGREES,
};

/**
 * The twelve filters of the wire, in its order. One that could not run is not triggered and has value 0.
 *
 * @param picture of the latest frame; @param sequence of all frames so far.
 */
export const serverFilters = (
  picture: readonly FilterResult[],
  sequence: readonly SequenceFilterResult[],
): readonly ServerFilterResult[] => {
  const ran = new Map<string, FilterResult | SequenceFilterResult>(
    [...picture, ...sequence].map((result) => [result.name, result]),
  );
  return SERVER_FILTER_NAMES.map((name) => {
    const { triggered = false, value = 0, threshold = thresholds[name] } = ran.get(name) ?? {};
    return { name, triggered, value, threshold };
  });
};
