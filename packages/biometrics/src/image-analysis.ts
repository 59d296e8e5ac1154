import type { BiometricCode } from './biometric-code.ts';
import type { ImageFormat } from './image/image-format.ts';
import type { Box } from './image/rgb-image.ts';
import type { HeadPose } from './quality/pose.ts';
import type { FilterResult } from './quality/quality-filter.ts';
import type { Scenario } from './quality/quality-profile.ts';

export interface AnalyzeOptions {
  /** Decides the thresholds of the quality filters. */
  readonly scenario: Scenario;
  /** Turn the picture as its EXIF orientation says; default true. */
  readonly exifTranspose?: boolean;
  /** Also compute the liveness score; default false. */
  readonly liveness?: boolean;
}

/** Milliseconds by stage; a stage that did not run is absent. */
export interface StageTimings {
  readonly decode: number;
  readonly detect: number;
  readonly landmarks?: number;
  readonly quality?: number;
  readonly liveness?: number;
  readonly embed?: number;
  readonly binarize?: number;
}

/** What may be shown and logged about an analysis: nothing here identifies a person. */
export interface AnalysisStats {
  /** Size of the picture as stored in the file, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** Size the pipeline worked on, in pixels. */
  readonly workingWidth: number;
  readonly workingHeight: number;
  readonly faceCount: number;
  /** Main face, in pixels of the working size; absent without a face. */
  readonly faceBox?: Box;
  /** Detection score of the main face, 0..1. */
  readonly faceScore?: number;
  readonly pose?: HeadPose;
  /** 0..1; absent if not asked for, or if the models or the picture allow none. */
  readonly livenessScore?: number;
  readonly timingsMs: StageTimings;
  /** The whole analysis in milliseconds, waiting for a worker not included. */
  readonly processingMs: number;
}

/** What became of one picture. */
export interface ImageAnalysis {
  /** Absent when a filter triggered. The caller owns and wipes its bits. */
  readonly code?: BiometricCode;
  /** Every filter that could run. */
  readonly filters: readonly FilterResult[];
  readonly stats: AnalysisStats;
}

/** An analysis with what lies behind it, for measurements. */
export interface ImageMeasurement extends ImageAnalysis {
  /** Unit length; present whenever there is a face, whatever the filters say. Biometric data of its owner, the caller. */
  readonly embedding?: Float32Array;
  /** Individual typology angle of the cheeks in degrees, low for dark skin; to check filters and scores for fairness. */
  readonly skinToneDegrees?: number;
}
