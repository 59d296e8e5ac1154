/** Why a JWT is refused. None of these goes away by trying the same JWT again. */
export type TransactionJwtErrorCode =
  /** No compact JWS with the header and the claims of a transaction JWT. */
  | 'JWT_MALFORMED'
  /** The header asks for an algorithm the key of that name does not have. */
  | 'ALGORITHM_NOT_ALLOWED'
  /** No published signing key has this `kid`; a fresh look is had at most once in five minutes. */
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_INVALID'
  /** `exp` is over, or `iat` longer ago than the verifier allows. */
  | 'JWT_EXPIRED'
  /** `iat` or `nbf` lies in the future. */
  | 'JWT_NOT_YET_VALID'
  /** For another audience, for one although the verifier has none, or for none although it has one. */
  | 'AUDIENCE_MISMATCH'
  /** Another nonce, one that was not asked for, or none although it was. */
  | 'NONCE_MISMATCH'
  | 'SUBJECT_MISMATCH'
  /** Signed over other transaction data than the server expects: treat it as an attack. */
  | 'TRANSACTION_MISMATCH'
  /** Accepted once already. */
  | 'JWT_REPLAYED';

/** The JWT is refused; see `code`. The message holds nothing of the JWT. */
export class TransactionJwtError extends Error {
  readonly code: TransactionJwtErrorCode;
  constructor(code: TransactionJwtErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransactionJwtError';
    this.code = code;
  }
}

/** What keeps the verifier from deciding. */
export type VerifierUnavailableErrorCode =
  /** The signing keys cannot be fetched and none that may still be used are cached. */
  | 'JWKS_UNAVAILABLE'
  /** The store of used JWTs failed, so that a second use would go unnoticed. */
  | 'JTI_STORE_UNAVAILABLE';

/** The verifier could not decide: refuse for now; the same JWT may pass later. */
export class VerifierUnavailableError extends Error {
  readonly code: VerifierUnavailableErrorCode;
  constructor(code: VerifierUnavailableErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VerifierUnavailableError';
    this.code = code;
  }
}
