import { TransactionJwtError } from './verify-error.ts';

/** Claims of a transaction JWT. */
export interface TransactionClaims {
  /** Seconds since the epoch. */
  readonly iat: number;
  /** The transaction data as the user's device signed for them. */
  readonly td: string;
  /** Version of the claims, `1.x.y`. */
  readonly version: string;
  /** User id, 64 hex digits. */
  readonly sub: string;
  readonly external_user_id?: string;
  readonly aud?: string | readonly string[];
  /** Seconds since the epoch. */
  readonly exp?: number;
  /** Seconds since the epoch. */
  readonly nbf?: number;
  readonly jti?: string;
  readonly nonce?: string;
}

const malformed = (claim: string): TransactionJwtError =>
  new TransactionJwtError('JWT_MALFORMED', `claim ${claim} is missing or of another type`);

const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isAudience = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.every(isText));

const required = { iat: isTime, td: isText, version: isText, sub: isText } as const;
const optional = {
  external_user_id: isText,
  aud: isAudience,
  exp: isTime,
  nbf: isTime,
  jti: isText,
  nonce: isText,
} as const;

/** @throws TransactionJwtError JWT_MALFORMED */
export const readClaims = (payload: Uint8Array): TransactionClaims => {
  let claims: Record<string, unknown> | null;
  try {
    claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw new TransactionJwtError('JWT_MALFORMED', 'the payload is no JSON', { cause });
  }
  if (typeof claims !== 'object' || claims === null) throw malformed('iat');
  for (const [name, fits] of Object.entries(required)) if (!fits(claims[name])) throw malformed(name);
  for (const [name, fits] of Object.entries(optional)) {
    if (claims[name] !== undefined && !fits(claims[name])) throw malformed(name);
  }
  const read = claims as unknown as TransactionClaims;
  // A later major version may mean something else by the same names.
  if (!/^1\./.test(read.version)) throw malformed('version');
  return read;
};

export interface TimeRules {
  readonly nowMs: number;
  readonly maxAgeSeconds: number;
  readonly clockToleranceSeconds: number;
}

/**
 * Checks `iat`, `nbf` and `exp` (RFC 7519 §4.1).
 *
 * @returns milliseconds since the epoch from which on the JWT is refused
 * @throws TransactionJwtError JWT_EXPIRED, JWT_NOT_YET_VALID
 */
export const checkTimes = ({ iat, nbf, exp }: TransactionClaims, rules: TimeRules): number => {
  const { nowMs, maxAgeSeconds, clockToleranceSeconds } = rules;
  const latestStart = Math.max(iat, nbf ?? iat);
  if (nowMs < (latestStart - clockToleranceSeconds) * 1000) {
    throw new TransactionJwtError('JWT_NOT_YET_VALID', 'the JWT is of a later time');
  }
  const end = Math.min(iat + maxAgeSeconds, exp ?? Number.POSITIVE_INFINITY) + clockToleranceSeconds;
  if (nowMs >= end * 1000) throw new TransactionJwtError('JWT_EXPIRED', 'the JWT is of an earlier time');
  return end * 1000;
};

/** @throws TransactionJwtError AUDIENCE_MISMATCH */
export const checkAudience = ({ aud }: TransactionClaims, audience: string | undefined): void => {
  const named = aud === undefined ? [] : typeof aud === 'string' ? [aud] : aud;
  // A verifier without a name is not the one a JWT with an audience is meant for (RFC 7519 §4.1.3).
  const fits = audience === undefined ? aud === undefined : named.includes(audience);
  if (!fits) throw new TransactionJwtError('AUDIENCE_MISMATCH', 'the JWT is for another audience');
};
