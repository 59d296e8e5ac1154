/** Which models and parameters made a code. Codes compare only within one family and version (spec 02 BC-13). */
export interface ArtifactIdentity {
  readonly family: string;
  readonly version: string;
}

/** A face as bits: the Hamming distance of two codes follows how unlike the faces are (spec 02 §5). */
export interface BiometricCode {
  /** `n / 8` bytes; bit i is byte `i >> 3`, bit `i & 7`. Secret: its holder wipes it. */
  readonly bits: Uint8Array;
  readonly artifact: ArtifactIdentity;
}
