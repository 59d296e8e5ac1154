/** What an operator has to learn of. Implementations log no key, label, token, hash or signature. */
export interface Incidents {
  /** A well-formed signature did not verify: possibly somebody tampers with keys. */
  signatureFailed(): void;
  /** The signing key could not be used. */
  jwtSigningFailed(cause: unknown): void;
}
