import { RecognizeError, TransactionJwtClaims } from '@openrecognize/contracts';
import { compactVerify, decodeProtectedHeader, errors, importJWK } from 'jose';
import { Compile } from 'typebox/compile';
import type { BackendContext } from '../ports/backend-port.ts';
import type { SigningKeys } from './signing-keys.ts';

const claimsShape = Compile(TransactionJwtClaims);
const decoder = new TextDecoder('utf-8', { fatal: true });

const parseClaims = (payload: Uint8Array): TransactionJwtClaims => {
  const claims: unknown = JSON.parse(decoder.decode(payload));
  if (!claimsShape.Check(claims)) throw new SyntaxError('claims');
  return claims;
};

/**
 * Checks a transaction JWT (RFC 7519): signature by a published key, algorithm taken from the key and never from
 * the token alone, shape of the claims, `exp` where there is one. Whether `td` and `sub` are the expected ones is
 * the caller's to compare.
 *
 * @throws RecognizeError JWT_INVALID for anything wrong with the token; what exactly is not told.
 */
export const verifyTransactionJwt = async (
  keys: SigningKeys,
  token: string,
  nowMs: number,
  context: BackendContext,
): Promise<TransactionJwtClaims> => {
  try {
    const { kid, alg } = decodeProtectedHeader(token);
    if (typeof kid !== 'string') throw new SyntaxError('kid');
    const jwk = await keys.byId(kid, context);
    if (!jwk.alg || jwk.alg !== alg) throw new SyntaxError('alg');
    const { payload } = await compactVerify(token, await importJWK(jwk), { algorithms: [jwk.alg] });
    const claims = parseClaims(payload);
    if (claims.exp !== undefined && claims.exp * 1_000 <= nowMs) throw new SyntaxError('exp');
    return claims;
  } catch (error) {
    const isAboutToken =
      error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError;
    if (isAboutToken) throw new RecognizeError('JWT_INVALID', { cause: error });
    throw error;
  }
};
