import { createBlazeFace } from './detector/blazeface.ts';
import type { FaceDetector } from './detector/face-detection.ts';
import { createFallbackDetector } from './detector/fallback-detector.ts';
import { ARCFACE_112_BGR, createEmbedder, DLIB_150_RGB, type Embedder } from './embedder.ts';
import { createFaceApiLandmarkFinder, createGreyLandmarkFinder, type LandmarkFinder } from './landmarks.ts';
import { createLivenessEstimator, type LivenessEstimator } from './liveness/liveness-estimator.ts';
import { createUltraFace } from './liveness/ultraface.ts';
import type { ModelManifest, ModelRole } from './model-manifest/model-manifest.ts';
import { createEyeStateEstimator, type EyeStateEstimator } from './quality/eye-state.ts';
import { createLandmarkPoseEstimator } from './quality/landmark-pose.ts';
import { createPoseEstimator, type PoseEstimator } from './quality/pose.ts';
import type { InferenceRuntime, Network } from './runtime/inference-runtime.ts';

/** Least score of a detection candidate. */
const MIN_FACE_SCORE = 0.5;

/** Everything a picture passes through, loaded. */
export interface Networks {
  readonly detector: FaceDetector;
  readonly landmarks: LandmarkFinder;
  readonly pose: PoseEstimator;
  /** Absent where the manifest has no eye network. */
  readonly eyes?: EyeStateEstimator;
  readonly embedder: Embedder;
  /** Absent where the manifest has no liveness network. */
  readonly liveness?: LivenessEstimator;
  close(): Promise<void>;
}

const LANDMARK_FINDERS = { 'grey-64': createGreyLandmarkFinder, 'face-api-112': createFaceApiLandmarkFinder };
const EMBEDDERS = { 'arcface-112-bgr': ARCFACE_112_BGR, 'dlib-150': DLIB_150_RGB };

/** Loads the networks of a manifest. The model buffers pass to the runtime. */
export const createNetworks = async (
  manifest: ModelManifest,
  models: ReadonlyMap<ModelRole, Uint8Array>,
  runtime: InferenceRuntime,
): Promise<Networks> => {
  const loaded = new Map<ModelRole, Network>();
  for (const [role, bytes] of models) loaded.set(role, await runtime.load(bytes));
  const needed = (role: ModelRole): Network => {
    const found = loaded.get(role);
    if (found === undefined) throw new RangeError(`manifest without a model for ${role}`);
    return found;
  };
  const pose = loaded.get('pose');
  const eyes = loaded.get('eyes');
  const liveness = loaded.get('liveness');
  return {
    detector: createFallbackDetector(
      createBlazeFace(needed('detector-front'), { inputSide: 128, minScore: MIN_FACE_SCORE }),
      createBlazeFace(needed('detector-back'), { inputSide: 256, minScore: MIN_FACE_SCORE }),
    ),
    landmarks: LANDMARK_FINDERS[manifest.networks.landmarks](needed('landmarks')),
    pose: pose ? createPoseEstimator(pose) : createLandmarkPoseEstimator(),
    ...(eyes && { eyes: createEyeStateEstimator(eyes) }),
    embedder: createEmbedder(needed('embedding'), EMBEDDERS[manifest.networks.embedding]),
    ...(liveness && {
      liveness: createLivenessEstimator(createUltraFace(needed('liveness-detector')), liveness),
    }),
    close: async () => {
      for (const each of loaded.values()) await each.close();
    },
  };
};
