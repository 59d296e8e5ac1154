import { createBlazeFace } from './detector/blazeface.ts';
import type { FaceDetector } from './detector/face-detection.ts';
import { createFallbackDetector } from './detector/fallback-detector.ts';
import { ARCFACE_112_BGR, createEmbedder, type Embedder } from './embedder.ts';
import { createGreyLandmarkFinder, type LandmarkFinder } from './landmarks.ts';
import { createLivenessEstimator, type LivenessEstimator } from './liveness/liveness-estimator.ts';
import { createUltraFace } from './liveness/ultraface.ts';
import type { ModelManifest, ModelRole } from './model-manifest/model-manifest.ts';
import { createEyeStateEstimator, type EyeStateEstimator } from './quality/eye-state.ts';
import { createPoseEstimator, type PoseEstimator } from './quality/pose.ts';
import type { InferenceRuntime, Network } from './runtime/inference-runtime.ts';

/** Least score of a detection candidate. */
const MIN_FACE_SCORE = 0.5;

/** Everything a picture passes through, loaded. */
export interface Networks {
  readonly detector: FaceDetector;
  readonly landmarks: LandmarkFinder;
  readonly pose: PoseEstimator;
  readonly eyes: EyeStateEstimator;
  readonly embedder: Embedder;
  /** Absent where the manifest has no liveness network. */
  readonly liveness?: LivenessEstimator;
  close(): Promise<void>;
}

/** Loads the networks of a manifest. The model buffers pass to the runtime. */
export const createNetworks = async (
  _manifest: ModelManifest,
  models: ReadonlyMap<ModelRole, Uint8Array>,
  runtime: InferenceRuntime,
): Promise<Networks> => {
  const loaded = new Map<ModelRole, Network>();
  for (const [role, bytes] of models) loaded.set(role, await runtime.load(bytes));
  const network = (role: ModelRole): Network => {
    const found = loaded.get(role);
    if (found === undefined) throw new RangeError(`manifest without a model for ${role}`);
    return found;
  };
  const detector = createFallbackDetector(
    createBlazeFace(network('detector-front'), { inputSide: 128, minScore: MIN_FACE_SCORE }),
    createBlazeFace(network('detector-back'), { inputSide: 256, minScore: MIN_FACE_SCORE }),
  );
  const liveness = createLivenessEstimator(
    createUltraFace(network('liveness-detector')),
    network('liveness'),
  );
  return {
    detector,
    landmarks: createGreyLandmarkFinder(network('landmarks')),
    pose: createPoseEstimator(network('pose')),
    eyes: createEyeStateEstimator(network('eyes')),
    embedder: createEmbedder(network('embedding'), ARCFACE_112_BGR),
    liveness,
    close: async () => {
      for (const each of loaded.values()) await each.close();
    },
  };
};
