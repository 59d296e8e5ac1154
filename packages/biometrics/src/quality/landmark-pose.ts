import { meanPoint } from '../face-geometry.ts';
import type { Point } from '../image/rgb-image.ts';
import type { Landmarks } from '../landmarks.ts';
import type { PoseEstimator } from './pose.ts';

// Linear fits against the pose network over 660 LFW faces, landmarks of `face-api-112` (correlation 0.96 and 0.83).
/** Degrees of yaw per unit of the nose tip's offset between the edges of the jaw. */
const YAW_SLOPE = -51;
/** Degrees of pitch per unit of the nose tip's height between eyes and mouth. */
const PITCH_SLOPE = -63.2;
const PITCH_OFFSET = 29.3;

interface FaceAxes {
  /** Coordinates along and down from the line of the eyes, in pixels. */
  across(point: Point): number;
  down(point: Point): number;
  readonly rollDegrees: number;
}

const faceAxes = (landmarks: Landmarks): FaceAxes => {
  const origin = landmarks[36];
  const angle = Math.atan2(landmarks[45].y - origin.y, landmarks[45].x - origin.x);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return {
    across: ({ x, y }) => (x - origin.x) * cos + (y - origin.y) * sin,
    down: ({ x, y }) => (y - origin.y) * cos - (x - origin.x) * sin,
    rollDegrees: (angle * 180) / Math.PI,
  };
};

/** Head pose from the places of nose, jaw, eyes and mouth alone, for sets without a pose network. Coarse. */
export const createLandmarkPoseEstimator = (): PoseEstimator => ({
  estimate: async (_image, _face, landmarks) => {
    const axes = faceAxes(landmarks);
    const nose = landmarks[30];
    const left = axes.across(nose) - axes.across(landmarks[1]);
    const right = axes.across(landmarks[15]) - axes.across(nose);
    const rise = axes.down(nose) / axes.down(meanPoint(landmarks, [48, 54]));
    return {
      yawDegrees: (YAW_SLOPE * (left - right)) / (left + right),
      pitchDegrees: PITCH_OFFSET + PITCH_SLOPE * rise,
      rollDegrees: axes.rollDegrees,
    };
  },
});
