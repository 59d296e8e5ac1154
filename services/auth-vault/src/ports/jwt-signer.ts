import type { TransactionJwtClaims } from '@openrecognize/contracts';
import type { PublicJwk } from './signing-key.ts';

/** Signs under the current key and publishes every key that a verifier may still meet. */
export interface JwtSigner {
  /** Public keys as of now, the current one first; a retired one leaves the list when its time is over. */
  readonly publicKeys: readonly PublicJwk[];
  /** False while the last uses of the current key failed and it is not yet worth another try. */
  readonly usable: boolean;
  /**
   * A compact JWT (RFC 7519) with header `alg`, `typ` and `kid`.
   *
   * @throws whatever the key store fails with; the caller turns it into JWT_SIGN_FAILED
   */
  sign(claims: TransactionJwtClaims): Promise<string>;
}
