/** What an operator has to learn of. Implementations log no key, label, token, hash or signature. */
export interface Incidents {
  /** A well-formed signature did not verify: possibly somebody tampers with keys. */
  signatureFailed(): void;
  /** A signature, key or message was not even well-formed: a faulty caller, counted apart and not logged. */
  signatureMalformed(): void;
  /** The signing key could not be used. */
  jwtSigningFailed(cause: unknown): void;
  /** The wrapping key of client states could not be used. */
  clientStateKeyFailed(operation: 'wrap' | 'unwrap', cause: unknown): void;
}
