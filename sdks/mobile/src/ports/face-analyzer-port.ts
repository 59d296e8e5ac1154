/** Where a picture comes from, which decides how strict the quality filters are. */
export type CaptureScenario = 'SELFIE' | 'TRUSTED_SOURCE' | 'DOCUMENT';

/** What the pipeline made of the pictures of one face. */
export interface FaceAnalysis {
  /** Biometric code, absent when a filter triggered. Secret; the caller owns and wipes it. */
  readonly code?: Uint8Array;
  /** Names of the quality filters that triggered on any picture, each once. */
  readonly triggeredFilters: readonly string[];
}

/** Turns pictures into a biometric code on the device. */
export interface FaceAnalyzerPort {
  /** Model behind the codes; codes of different artifacts never meet. */
  readonly artifact: { readonly family: string; readonly version: string };
  /** Largest Hamming distance that matches. */
  readonly threshold: number;
  /**
   * @param images at least one, all of the same face; not modified, not retained.
   * @throws RecognizeError IMAGE_EMPTY, IMAGE_FORMAT_INVALID, IMAGE_TOO_LARGE, BIOMETRIC_POOL_*
   */
  analyze(images: readonly Uint8Array[], scenario: CaptureScenario): Promise<FaceAnalysis>;
}
