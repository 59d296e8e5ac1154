import type { Jwk, TransactionJwtClaims } from '@openrecognize/contracts';
import type { Static } from 'typebox';

export type PublicJwk = Static<typeof Jwk>;

/** The tenant-wide signing key: a file, a key service or a hardware module, whose private part stays behind it. */
export interface JwtSigner {
  /** Public keys that verify what `sign` makes or made, the present one first. */
  readonly publicKeys: readonly PublicJwk[];
  /**
   * A compact JWT (RFC 7519) with header `alg`, `typ` and `kid`.
   *
   * @throws whatever the key store fails with; the caller turns it into JWT_SIGN_FAILED
   */
  sign(claims: TransactionJwtClaims): Promise<string>;
}
