import type { LivenessLevel } from '../liveness-configuration.ts';

/** Where a picture comes from, which decides how strict the quality filters are. */
export type CaptureScenario = 'SELFIE' | 'TRUSTED_SOURCE' | 'DOCUMENT';

/** How sure the analyzer has to be that a person is there; for pictures of the camera alone. */
export interface LivenessWish {
  readonly level: LivenessLevel;
  readonly environmentAware: boolean;
}

/** What the pipeline made of the pictures of one face. */
export interface FaceAnalysis {
  /** Biometric code, absent when a filter triggered or a spoof is suspected. Secret; the caller owns and wipes it. */
  readonly code?: Uint8Array;
  /** Names of the quality filters that triggered on any picture, each once. */
  readonly triggeredFilters: readonly string[];
  /** The pictures may not show a person who is there. */
  readonly isSpoofSuspected?: boolean;
}

/** Turns pictures into a biometric code on the device. */
export interface FaceAnalyzerPort {
  /** Model behind the codes; codes of different artifacts never meet. */
  readonly artifact: { readonly family: string; readonly version: string };
  /** Largest Hamming distance that matches. */
  readonly threshold: number;
  /**
   * Whether the surroundings can be judged at a level: `level-unsupported` when that level has no such mode,
   * `device-unsupported` when this device can't run it. An analyzer without this function has no such mode.
   */
  environmentAwareness?(level: LivenessLevel): 'supported' | 'level-unsupported' | 'device-unsupported';
  /**
   * @param images at least one, all of the same face; not modified, not retained.
   * @param liveness absent for photos the app vouches for.
   * @throws RecognizeError IMAGE_EMPTY, IMAGE_FORMAT_INVALID, IMAGE_TOO_LARGE, BIOMETRIC_POOL_*
   */
  analyze(
    images: readonly Uint8Array[],
    scenario: CaptureScenario,
    liveness?: LivenessWish,
  ): Promise<FaceAnalysis>;
}
