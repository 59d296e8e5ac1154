import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

/** Nodding costs accuracy sooner than turning: 25 degrees of pitch count as 30 of yaw. */
const PITCH_WEIGHT = 30 / 25;

/** Head turned or nodded too far, in degrees of yaw. Roll is undone by the alignment. */
export const faceAngleTooLarge = ({ pose, profile }: FaceInput): FilterResult =>
  above(
    'face_angle_too_large',
    Math.max(Math.abs(pose.yawDegrees), PITCH_WEIGHT * Math.abs(pose.pitchDegrees)),
    profile.angleDegrees,
  );
