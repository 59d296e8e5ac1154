import { createHash } from 'node:crypto';
import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { type JWTPayload, jwtVerify } from 'jose';
import type { KeySetCache } from './key-set-cache.ts';
import type { UserAuthorizationSettings } from './tenant-user-authorization.ts';
import type { UsedTokenStore } from './used-token-store.ts';

export interface UserAuthorizationOptions {
  readonly keySets: KeySetCache;
  readonly usedTokens: UsedTokenStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whom a session is for, and what their backend says. */
export interface AuthorizationRequest {
  readonly tenantId: number;
  readonly username: string;
  readonly settings: UserAuthorizationSettings;
  readonly token: string | undefined;
}

/** First factor: the integrator's backend vouches for the user before any biometric work. */
export interface UserAuthorization {
  /**
   * Passes when the tenant asks for no token, or this one is right; uses it up.
   *
   * @throws RecognizeError USER_AUTHORIZATION_INVALID, whatever is wrong with the token; SERVICE_UNAVAILABLE when the
   * tenant's key set can't be had
   */
  authorize(request: AuthorizationRequest): Promise<void>;
}

export const authorizationAudience = 'authentication-service';
/** Tolerance for clocks that differ. */
export const clockSkewSeconds = 300;
/** Tokens are meant to live 5 to 10 minutes; far longer ones are refused, since each is remembered for its life. */
export const maxLifetimeSeconds = 3_600;

/** Signatures with a public key alone: a secret in a published key set is no secret. */
const algorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];

const refuse = (cause: unknown): RecognizeError =>
  new RecognizeError('USER_AUTHORIZATION_INVALID', { cause });

/** The signed part and not the signature, which others can vary (ECDSA: s and n - s both verify). */
const tokenIdOf = (tenantId: number, token: string, { jti }: JWTPayload): string => {
  const signed = token.slice(0, token.lastIndexOf('.'));
  const name = typeof jti === 'string' && jti !== '' ? `jti ${jti}` : `jws ${signed}`;
  return createHash('sha256').update(`${tenantId} ${name}`).digest('base64');
};

export const createUserAuthorization = (options: UserAuthorizationOptions): UserAuthorization => {
  const { keySets, usedTokens, now } = options;

  const verify = async (token: string, jwksUri: string, username: string): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, keySets.keysOf(jwksUri), {
        algorithms,
        audience: authorizationAudience,
        subject: username,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      if (isRecognizeError(error)) throw error;
      throw refuse(error);
    }
  };
  const checkTimes = ({ iat, exp }: JWTPayload): void => {
    if (iat! > now() / 1_000 + clockSkewSeconds) throw refuse(new Error('token from the future'));
    if (exp! - iat! > maxLifetimeSeconds) throw refuse(new Error('token lives too long'));
  };

  return {
    authorize: async ({ tenantId, username, settings, token }) => {
      if (settings.type === 'None') return;
      if (token === undefined) throw refuse(new Error('no token'));
      const payload = await verify(token, settings.jwksUri, username);
      checkTimes(payload);
      const expiresAtMs = (payload.exp! + clockSkewSeconds) * 1_000;
      const isFirst = await usedTokens.use(tokenIdOf(tenantId, token, payload), expiresAtMs);
      if (!isFirst) throw refuse(new Error('token was used before'));
    },
  };
};
