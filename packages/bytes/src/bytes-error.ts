/** Codes of {@link BytesError}; stable, compared by tests and callers. */
export type BytesErrorCode =
  | 'HEX_INVALID'
  | 'BASE64_INVALID'
  | 'UTF8_INVALID'
  | 'INTEGER_OUT_OF_RANGE'
  | 'OFFSET_OUT_OF_RANGE'
  | 'LENGTH_MISMATCH';

/** The one error of this package. Messages never quote the input, which may be secret. */
export class BytesError extends Error {
  override readonly name = 'BytesError';
  readonly code: BytesErrorCode;

  constructor(code: BytesErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
