import type { FaceDetection } from '../detector/face-detection.ts';
import type { ExifExposure } from '../image/exif-exposure.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { Landmarks } from '../landmarks.ts';
import type { EyeState } from './eye-state.ts';
import type { HeadPose } from './pose.ts';
import type { QualityProfile } from './quality-profile.ts';

/** Names of the server filters that need one picture only. */
export type FilterName =
  | 'eyes_closed'
  | 'face_angle_too_large'
  | 'face_is_occluded'
  | 'face_missing'
  | 'face_multiple'
  | 'face_partial'
  | 'face_too_close'
  | 'face_too_small'
  | 'image_black_and_white'
  | 'image_blurred'
  | 'image_metadata_low_light';

/** What one filter saw. The unit of `value` and `threshold` is the filter's own; see spec 02 §7. */
export interface FilterResult {
  readonly name: FilterName;
  /** True: this picture must not become a code. */
  readonly triggered: boolean;
  readonly value: number;
  readonly threshold: number;
}

/** What the filters that look at the whole picture may read. */
export interface PictureInput {
  readonly image: RgbImage;
  readonly exposure: ExifExposure | undefined;
  /** Best first. */
  readonly faces: readonly FaceDetection[];
  readonly profile: QualityProfile;
  /** True for raw luma, which has no colour to judge. */
  readonly grey: boolean;
}

/** What the filters that look at the main face may read. */
export interface FaceInput extends PictureInput {
  readonly face: FaceDetection;
  readonly landmarks: Landmarks;
  /** The face upright in the `ARCFACE_112` template, interleaved RGB, 0..255. */
  readonly aligned: Float32Array;
  readonly pose: HeadPose;
  /** Absent where the manifest has no eye network. */
  readonly eyes?: EyeState;
}

/** Result of a filter that triggers above its threshold. */
export const above = (name: FilterName, value: number, threshold: number): FilterResult => ({
  name,
  triggered: value > threshold,
  value,
  threshold,
});

/** Result of a filter that triggers below its threshold. */
export const below = (name: FilterName, value: number, threshold: number): FilterResult => ({
  name,
  triggered: value < threshold,
  value,
  threshold,
});
