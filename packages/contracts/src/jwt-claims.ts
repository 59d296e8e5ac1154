import { type Static, Type } from 'typebox';

/** Claims of a transaction JWT; `exp`, `jti`, `aud` and `nonce` only where a tenant asks for them. */
export const TransactionJwtClaims = Type.Object({
  iat: Type.Integer(),
  td: Type.String(),
  version: Type.Literal('1.1.0'),
  sub: Type.String(),
  external_user_id: Type.Optional(Type.String()),
  aud: Type.Optional(Type.String()),
  exp: Type.Optional(Type.Integer()),
  jti: Type.Optional(Type.String()),
  nonce: Type.Optional(Type.String()),
});
export type TransactionJwtClaims = Static<typeof TransactionJwtClaims>;

/** `kid` of the first signing key. */
export const defaultKeyId = 'PIN/FACE';
