/** Codes of {@link CircuitError}; stable, compared by tests and callers. */
export type CircuitErrorCode =
  /** A circuit refers to a wire that does not exist yet, writes one twice, or has an unknown gate. */
  | 'CIRCUIT_INVALID'
  /** Text is not Bristol Fashion, or uses a gate this reader does not know. */
  | 'BRISTOL_INVALID'
  /** A caller's argument: n, threshold, a length, delta without its low bit. */
  | 'PARAMETERS_INVALID'
  /** The labels given to an evaluation are not 16 n bytes. */
  | 'LABELS_LENGTH'
  | 'PAYLOAD_LENGTH'
  | 'PAYLOAD_MAGIC'
  | 'PAYLOAD_VERSION'
  | 'PAYLOAD_KIND'
  | 'PAYLOAD_HASH'
  | 'PAYLOAD_FLAGS'
  | 'PAYLOAD_BITS'
  | 'PAYLOAD_THRESHOLD'
  /** The engine can't run here: big-endian host, or no WebAssembly SIMD. */
  | 'ENGINE_UNAVAILABLE';

/** The one error of this package. Messages carry public numbers only, never label or key bytes. */
export class CircuitError extends Error {
  override readonly name = 'CircuitError';
  readonly code: CircuitErrorCode;

  constructor(code: CircuitErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
