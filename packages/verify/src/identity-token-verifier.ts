import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { type FetchLike, fetchDocument, fetchJwks } from './fetch-jwks.ts';
import { createJwksCache } from './jwks-cache.ts';
import type { SigningKey } from './signing-key.ts';

export { VerifierUnavailableError } from './verify-error.ts';

export interface IdentityTokenVerifierOptions {
  /** `<issuer>/.well-known/openid-configuration`; http for loopback addresses alone. */
  readonly openidConfigurationUrl: string;
  /** Required in every token if set; without it a token for any client of the provider is taken. */
  readonly audience?: string | undefined;
  /** How far the clocks may be apart; 60 by default. */
  readonly clockToleranceSeconds?: number;
  /** Milliseconds since the epoch; `Date.now` by default. */
  readonly clock?: () => number;
  /** The global `fetch` by default. */
  readonly fetch?: FetchLike;
  /** Longest wait for each of the provider's two documents; 5000 by default. */
  readonly fetchTimeoutMs?: number;
}

/** Whom a token is about. */
export interface VerifiedIdentity {
  readonly issuer: string;
  readonly subject: string;
}

export interface IdentityTokenVerifier {
  /**
   * Checks signature, issuer, times and audience of an ID or access token (RFC 7519, OpenID Connect Core 1.0 §3.1.3.7).
   *
   * @throws IdentityTokenError when the token is refused
   * @throws VerifierUnavailableError when the provider's keys cannot be had
   */
  verify(token: string): Promise<VerifiedIdentity>;
}

/** The token is refused; the message holds nothing of it. */
export class IdentityTokenError extends Error {
  override readonly name = 'IdentityTokenError';
}

const discoveryPath = '/.well-known/openid-configuration';
const keysMaxAgeMs = 3_600_000;
const keysMaxStaleMs = 86_400_000;
const unknownKeyIntervalMs = 300_000;
const retryIntervalMs = 5_000;
const maxTokenChars = 8_192;

const isPlainLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' &&
  (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname));

const checkAddress = (name: string, text: unknown, allowsLoopback: boolean): string => {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url && allowsLoopback && isPlainLoopback(url))) return String(text);
  throw new TypeError(`${name} has to be an https address`);
};

/** The provider's own name, which is part of the address of its document (OpenID Connect Discovery 1.0 §4). */
const issuerOf = (openidConfigurationUrl: string): string => {
  checkAddress('openidConfigurationUrl', openidConfigurationUrl, true);
  if (openidConfigurationUrl.endsWith(discoveryPath))
    return openidConfigurationUrl.slice(0, -discoveryPath.length);
  throw new TypeError(`openidConfigurationUrl has to end in ${discoveryPath}`);
};

const keysAddressOf = (text: string, issuer: string): string => {
  const document = JSON.parse(text) as Record<string, unknown> | null;
  // An issuer with a slash at its end has none in the address (Discovery 1.0 §4.1).
  const named = String(document?.['issuer']).replace(/\/$/, '');
  if (named !== issuer) throw new Error('the document is of another issuer');
  // A provider elsewhere has no business on this machine.
  return checkAddress('jwks_uri', document?.['jwks_uri'], isPlainLoopback(new URL(issuer)));
};

const keyIdOf = (token: string): string => {
  try {
    if (token.length > maxTokenChars) throw new Error('too long');
    const { kid } = decodeProtectedHeader(token);
    if (typeof kid === 'string') return kid;
  } catch (cause) {
    throw new IdentityTokenError('The token is no signed JWT.', { cause });
  }
  throw new IdentityTokenError('The token does not name its key.');
};

/**
 * A verifier of the tokens of one identity provider. Keep it: it caches the provider's keys.
 *
 * @throws TypeError for an address that is not https or no discovery document
 */
export const createIdentityTokenVerifier = (options: IdentityTokenVerifierOptions): IdentityTokenVerifier => {
  const { openidConfigurationUrl, audience, clock = Date.now, fetch = globalThis.fetch } = options;
  const { clockToleranceSeconds = 60, fetchTimeoutMs = 5000 } = options;
  const issuer = issuerOf(openidConfigurationUrl);
  const keys = createJwksCache({
    load: async () => {
      const document = await fetchDocument(fetch, openidConfigurationUrl, fetchTimeoutMs);
      return fetchJwks(fetch, keysAddressOf(document, issuer), fetchTimeoutMs);
    },
    now: clock,
    maxAgeMs: keysMaxAgeMs,
    maxStaleMs: keysMaxStaleMs,
    unknownKeyIntervalMs,
    retryIntervalMs,
  });

  const verifyWith = async (token: string, key: SigningKey): Promise<VerifiedIdentity> => {
    const { payload } = await jwtVerify(token, await key.load(), {
      // Of the key, never of the token (RFC 8725 §3.1).
      algorithms: [key.algorithm],
      issuer: [issuer, `${issuer}/`],
      ...(audience === undefined ? {} : { audience }),
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock()),
    });
    if (typeof payload.sub !== 'string' || payload.sub === '')
      throw new IdentityTokenError('The token is about nobody.');
    return { issuer, subject: payload.sub };
  };

  return {
    verify: async (token) => {
      let failure: unknown = new Error('no published key has this name');
      for (const key of await keys.find(keyIdOf(token))) {
        try {
          return await verifyWith(token, key);
        } catch (error) {
          failure = error;
          // Another key of the same name may fit; nothing else gets better by it.
          if (
            !(
              error instanceof errors.JWSSignatureVerificationFailed ||
              error instanceof errors.JOSEAlgNotAllowed
            )
          )
            break;
        }
      }
      throw new IdentityTokenError('The token does not verify.', { cause: failure });
    },
  };
};
