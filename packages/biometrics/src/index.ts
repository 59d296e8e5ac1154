export { type Binarizer, type BinarizerOptions, createBinarizer } from './binarizer/binarizer.ts';
export type { ArtifactIdentity, BiometricCode } from './biometric-code.ts';
export { createFacePipeline, type FacePipeline, type PipelineOptions } from './face-pipeline.ts';
export type { ImageFormat } from './image/image-format.ts';
export type { ImageInput, RawImage } from './image/raw-image.ts';
export type { Box, Point, RgbImage } from './image/rgb-image.ts';
export type {
  AnalysisStats,
  AnalyzeOptions,
  ImageAnalysis,
  ImageMeasurement,
  StageTimings,
} from './image-analysis.ts';
export type { Landmarks } from './landmarks.ts';
export {
  type FaceFrame,
  type FaceFrameInput,
  GRID_COLUMNS,
  GRID_ROWS,
  measureFaceFrame,
  type RegionMean,
} from './liveness/face-frame.ts';
export { FLASH_COLOURS, nextFlashColour } from './liveness/flash-colours.ts';
export {
  type FlashResponse,
  type FlashVerdict,
  MAX_FLASH_LAG_FRAMES,
  MIN_FLASH_FRAMES,
} from './liveness/flash-response.ts';
export { headTurnDegrees } from './liveness/head-turn.ts';
export { shapeOf } from './liveness/landmark-shape.ts';
export {
  LEAST_TURN_DEGREES,
  LIVE_SCORE,
  livenessScore,
  OPERATING_SHIFT,
  STILL_MARGIN,
} from './liveness/liveness-fusion.ts';
export {
  createSequenceAnalyzer,
  HELD_SCORES,
  MAX_SEQUENCE_FRAMES,
  MAX_TURN_FRAMES,
  MIN_DEVICE_MOVEMENT,
  MIN_SCORE_FRAMES,
  MIN_TURN_DEGREES,
  type SequenceAnalyzer,
  type SequenceAnalyzerOptions,
  type SequenceAssessment,
  type SequenceFilterName,
  type SequenceFilterResult,
  type SequenceObservation,
} from './liveness/sequence-analyzer.ts';
export { defaultModelsDir, hasModelFiles } from './model-manifest/load-models.ts';
export {
  type CodeParameters,
  type ManifestName,
  type ModelFile,
  type ModelManifest,
  type ModelRole,
  type ModelSource,
  readModelManifest,
} from './model-manifest/model-manifest.ts';
export {
  type BiometricPool,
  type BiometricPoolOptions,
  createBiometricPool,
  createMeasuringPool,
  type MeasuringPool,
} from './pool/biometric-pool.ts';
export type { HeadPose } from './quality/pose.ts';
export type { FilterName, FilterResult } from './quality/quality-filter.ts';
export { QUALITY_PROFILES, type QualityProfile, type Scenario } from './quality/quality-profile.ts';
