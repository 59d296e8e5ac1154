/** Codes of {@link VisionError}; stable. */
export type VisionErrorCode =
  /** The bytes are no WebAssembly module, another one, or WebAssembly SIMD is missing. */
  | 'MODULE_INVALID'
  /** `vision.data` is cut off, altered or of another version. */
  | 'DATA_INVALID'
  /** Width, height and the number of pixel bytes of a frame do not fit, or are out of range. */
  | 'FRAME_INVALID'
  /** Another argument is out of range. */
  | 'PARAMETERS_INVALID'
  /** A worker of the threaded detector could not start or stopped, or the detector was disposed. */
  | 'WORKER_FAILED';

/** The one error of this package. */
export class VisionError extends Error {
  override readonly name = 'VisionError';
  readonly code: VisionErrorCode;

  constructor(code: VisionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
