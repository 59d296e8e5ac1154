export { type Binarizer, type BinarizerOptions, createBinarizer } from './binarizer/binarizer.ts';
export type { ArtifactIdentity, BiometricCode } from './biometric-code.ts';
export { createFacePipeline, type FacePipeline, type PipelineOptions } from './face-pipeline.ts';
export type { ImageFormat } from './image/image-format.ts';
export type { Box } from './image/rgb-image.ts';
export type {
  AnalysisStats,
  AnalyzeOptions,
  ImageAnalysis,
  ImageMeasurement,
  StageTimings,
} from './image-analysis.ts';
export { defaultModelsDir } from './model-manifest/load-models.ts';
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
