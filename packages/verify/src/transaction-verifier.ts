import { base64url, compactVerify, decodeProtectedHeader, errors } from 'jose';
import { checkAudience, checkTimes, readClaims, type TransactionClaims } from './check-claims.ts';
import { type FetchLike, fetchJwks } from './fetch-jwks.ts';
import type { JtiStore } from './jti-store.ts';
import { createJwksCache, type JwksCache } from './jwks-cache.ts';
import type { SigningKey } from './signing-key.ts';
import { TransactionJwtError, VerifierUnavailableError } from './verify-error.ts';

export interface TransactionVerifierOptions {
  /** `https://<operations-service>/customers/<customer>/.well-known/jwks.json`; http for loopback addresses alone. */
  readonly jwksUrl: string | URL;
  /** Required in every JWT if set; without it a JWT that names an audience is refused. */
  readonly audience?: string;
  /** Longest time since `iat`; 300 by default, because a JWT need not have an `exp`. */
  readonly maxAgeSeconds?: number;
  /** How far the clocks may be apart; 30 by default. */
  readonly clockToleranceSeconds?: number;
  /** Accepts each JWT once. Without it a JWT can be used again until it is too old. */
  readonly jtiStore?: JtiStore;
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number;
  /** The global `fetch` by default. */
  readonly fetch?: FetchLike;
  /** Longest wait for the signing keys; 5000 by default. */
  readonly fetchTimeoutMs?: number;
  /** Age at which the signing keys are fetched anew; a day by default. */
  readonly jwksMaxAgeSeconds?: number;
  /** How much older they may get while they cannot be fetched; a day by default. */
  readonly jwksMaxStaleSeconds?: number;
}

/** What the user should have approved: the very text, or what a comparison of your own accepts. */
export type ExpectedTransaction =
  | { readonly transactionData: string }
  | { readonly compare: (transactionData: string) => boolean | Promise<boolean> };

export interface TransactionExpectation {
  readonly expected: ExpectedTransaction;
  /** User id (`sub`) the session belongs to; null only if the caller compares `userId` of the result itself. */
  readonly subject: string | null;
  /** Required in the JWT if set; without it a JWT that carries a nonce is refused. */
  readonly nonce?: string;
}

/** A JWT that passed every check. */
export interface VerifiedTransaction {
  readonly userId: string;
  readonly externalUserId?: string;
  readonly transactionData: string;
  /** Seconds since the epoch. */
  readonly issuedAtSeconds: number;
  readonly keyId: string;
  readonly claims: TransactionClaims;
}

export interface TransactionVerifier {
  /**
   * Checks signature, times, audience, nonce, subject and transaction data, then that the JWT is used once.
   *
   * @throws TransactionJwtError when the JWT is refused
   * @throws VerifierUnavailableError when that cannot be decided now
   */
  verify(jwt: string, expectation: TransactionExpectation): Promise<VerifiedTransaction>;
}

const DAY_SECONDS = 86_400;
const UNKNOWN_KEY_INTERVAL_MS = 300_000;
const RETRY_INTERVAL_MS = 5_000;
/** Transaction data of 16 KiB, at worst six bytes a character in JSON, in base64, with room for the rest. */
const MAX_JWT_CHARS = 160_000;
const MAX_JTI_CHARS = 256;

const checkUrl = (url: string | URL): string => {
  const { protocol, hostname, href } = new URL(url);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback)) return href;
  throw new TypeError('jwksUrl has to be an https address');
};

const refuse = (code: TransactionJwtError['code'], message: string, cause?: unknown): TransactionJwtError =>
  new TransactionJwtError(code, message, { cause });

/** One JWT, one text: unused bits at the end of base64url have to be zero (RFC 4648 §3.5). */
const isCanonical = (part: string): boolean => {
  try {
    return base64url.encode(base64url.decode(part)) === part;
  } catch {
    return false;
  }
};

const readHeader = (jwt: string): { readonly keyId: string; readonly algorithm: unknown } => {
  const parts = typeof jwt === 'string' && jwt.length <= MAX_JWT_CHARS ? jwt.split('.') : [];
  if (parts.length !== 3 || !parts.every(isCanonical)) throw refuse('JWT_MALFORMED', 'no compact JWS');
  try {
    const { kid, alg, typ } = decodeProtectedHeader(jwt);
    if (typeof kid === 'string' && typ === 'JWT') return { keyId: kid, algorithm: alg };
  } catch (cause) {
    throw refuse('JWT_MALFORMED', 'the header cannot be read', cause);
  }
  throw refuse('JWT_MALFORMED', 'the header is not that of a transaction JWT');
};

/** The payload under the first key that verifies it; several keys may share a name. */
const openWith = async (jwt: string, keys: readonly SigningKey[]): Promise<Uint8Array> => {
  let failure: unknown;
  for (const key of keys) {
    try {
      return (await compactVerify(jwt, await key.load(), { algorithms: [key.algorithm] })).payload;
    } catch (error) {
      failure = error;
    }
  }
  const isMalformed = failure instanceof errors.JWSInvalid || failure instanceof errors.JOSENotSupported;
  if (isMalformed) throw refuse('JWT_MALFORMED', 'no JWS that can be verified', failure);
  throw refuse('SIGNATURE_INVALID', 'the signature does not verify', failure);
};

const open = async (jwt: string, cache: JwksCache) => {
  const { keyId, algorithm } = readHeader(jwt);
  const named = await cache.find(keyId);
  if (named.length === 0) throw refuse('KEY_UNKNOWN', 'no signing key of this name is published');
  const fitting = named.filter((key) => key.algorithm === algorithm);
  if (fitting.length === 0) {
    throw refuse('ALGORITHM_NOT_ALLOWED', 'the key of this name is for another algorithm');
  }
  return { keyId, claims: readClaims(await openWith(jwt, fitting)) };
};

const checkTransaction = async (transactionData: string, expected: ExpectedTransaction): Promise<void> => {
  const isExpected =
    'compare' in expected
      ? (await expected.compare(transactionData)) === true
      : transactionData === expected.transactionData;
  if (!isExpected) throw refuse('TRANSACTION_MISMATCH', 'the JWT is over other transaction data');
};

/** `jti`, or a hash of what was signed: not of the signature, which has a second valid form (ECDSA). */
const useIdOf = async (jwt: string, { jti }: TransactionClaims): Promise<string> => {
  if (jti !== undefined) {
    if (jti === '' || jti.length > MAX_JTI_CHARS)
      throw refuse('JWT_MALFORMED', 'claim jti is empty or too long');
    return `jti:${jti}`;
  }
  const signed = new TextEncoder().encode(jwt.slice(0, jwt.lastIndexOf('.')));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', signed));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

const claimUse = async (store: JtiStore, id: string, expiresAtMs: number): Promise<void> => {
  let isFirst: boolean;
  try {
    isFirst = await store.claim(id, expiresAtMs);
  } catch (cause) {
    throw new VerifierUnavailableError('JTI_STORE_UNAVAILABLE', 'the store of used JWTs failed', { cause });
  }
  if (isFirst !== true) throw refuse('JWT_REPLAYED', 'the JWT was used already');
};

const requirePositive = (value: number, name: string): number => {
  if (!(value > 0)) throw new TypeError(`${name} has to be a positive number`);
  return value;
};

/**
 * A verifier of transaction JWTs for servers. Make one per tenant and keep it: it caches the signing keys.
 *
 * @example
 * const verifier = createTransactionVerifier({
 *   jwksUrl: 'https://recognize.example.com/customers/acme/.well-known/jwks.json',
 *   jtiStore: createMemoryJtiStore(),
 * });
 * const { userId } = await verifier.verify(jwt, { expected: { transactionData }, subject: session.userId });
 * @throws TypeError for an address that is not https, and for times that are not positive
 */
export const createTransactionVerifier = (options: TransactionVerifierOptions): TransactionVerifier => {
  const { audience, jtiStore, clock = Date.now, fetch = globalThis.fetch } = options;
  const url = checkUrl(options.jwksUrl);
  const maxAgeSeconds = requirePositive(options.maxAgeSeconds ?? 300, 'maxAgeSeconds');
  const clockToleranceSeconds = options.clockToleranceSeconds ?? 30;
  if (!(clockToleranceSeconds >= 0)) throw new TypeError('clockToleranceSeconds must not be negative');
  const fetchTimeoutMs = requirePositive(options.fetchTimeoutMs ?? 5000, 'fetchTimeoutMs');
  const cache = createJwksCache({
    load: () => fetchJwks(fetch, url, fetchTimeoutMs),
    now: clock,
    maxAgeMs: requirePositive(options.jwksMaxAgeSeconds ?? DAY_SECONDS, 'jwksMaxAgeSeconds') * 1000,
    maxStaleMs: (options.jwksMaxStaleSeconds ?? DAY_SECONDS) * 1000,
    unknownKeyIntervalMs: UNKNOWN_KEY_INTERVAL_MS,
    retryIntervalMs: RETRY_INTERVAL_MS,
  });
  return {
    async verify(jwt, { expected, subject, nonce }) {
      const { keyId, claims } = await open(jwt, cache);
      const expiresAtMs = checkTimes(claims, { nowMs: clock(), maxAgeSeconds, clockToleranceSeconds });
      checkAudience(claims, audience);
      if (claims.nonce !== nonce) throw refuse('NONCE_MISMATCH', 'the JWT carries another nonce');
      if (subject !== null && claims.sub !== subject) {
        throw refuse('SUBJECT_MISMATCH', 'the JWT is of another user');
      }
      await checkTransaction(claims.td, expected);
      // Last, so that a JWT refused for another reason is not used up.
      if (jtiStore) await claimUse(jtiStore, await useIdOf(jwt, claims), expiresAtMs);
      const { sub, external_user_id: externalUserId } = claims;
      return {
        userId: sub,
        ...(externalUserId === undefined ? {} : { externalUserId }),
        transactionData: claims.td,
        issuedAtSeconds: claims.iat,
        keyId,
        claims,
      };
    },
  };
};
