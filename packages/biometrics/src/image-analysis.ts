import type { BiometricCode } from './biometric-code.ts';
import type { ImageFormat } from './image/image-format.ts';
import type { RawImage } from './image/raw-image.ts';
import type { Box } from './image/rgb-image.ts';
import type { FaceFrame } from './liveness/face-frame.ts';
import type { HeadPose } from './quality/pose.ts';
import type { FilterResult } from './quality/quality-filter.ts';
import type { Scenario } from './quality/quality-profile.ts';

export interface AnalyzeOptions {
  /** Decides the thresholds of the quality filters. */
  readonly scenario: Scenario;
  /** Turn the picture as its EXIF orientation says; default true. */
  readonly exifTranspose?: boolean;
  /** Also compute the liveness score (of a sequence, not for frames that a filter refuses); default false. */
  readonly liveness?: boolean;
  /**
   * The picture is a frame of a sequence: what the sequence analyzer needs is told, and a frame that passes gives its
   * embedding in place of a code, because several frames make one code (spec 02 BC-6). Default false.
   */
  readonly sequence?: boolean;
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
  /** Of the file, or the encoding of raw pixels. */
  readonly format: ImageFormat | RawImage['encoding'];
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
  /** Absent when a filter triggered, and in a sequence. The caller owns and wipes its bits. */
  readonly code?: BiometricCode;
  /** Unit length; only in a sequence, absent when a filter triggered. Biometric data: the caller owns and wipes it. */
  readonly embedding?: Float32Array;
  /** Only in a sequence, whenever there is a face. */
  readonly frame?: FaceFrame;
  /** Every filter that could run. */
  readonly filters: readonly FilterResult[];
  readonly stats: AnalysisStats;
}

/** An analysis with what lies behind it, for measurements. */
export interface ImageMeasurement extends ImageAnalysis {
  /** Present whenever there is a face, whatever the filters say. */
  readonly embedding?: Float32Array;
  /** Individual typology angle of the cheeks in degrees, low for dark skin; to check filters and scores for fairness. */
  readonly skinToneDegrees?: number;
}
