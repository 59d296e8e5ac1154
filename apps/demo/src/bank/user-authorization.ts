import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';

/** Vouches for a username towards the authentication-service, which fetches `jwks` and verifies. */
export interface UserAuthorization {
  readonly jwks: { readonly keys: readonly JsonWebKey[] };
  /** A JWT for one web session of `username`. */
  tokenFor(username: string): string;
}

const LIFETIME_SECONDS = 300;
const AUDIENCE = 'authentication-service';

const base64Url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A P-256 key as PKCS #8 PEM. */
export const createAuthorizationKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;

/** @param pem P-256 private key, PKCS #8. @throws when it is none */
export const createUserAuthorization = (pem: string, now: () => number): UserAuthorization => {
  const key: KeyObject = createPrivateKey(pem);
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  if (crv !== 'P-256') throw new TypeError('the key of user authorization is not on P-256');
  const kid = 'user-authorization';
  return {
    jwks: { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' } as JsonWebKey] },
    tokenFor: (username) => {
      const iat = Math.floor(now() / 1000);
      const claims = { sub: username, aud: AUDIENCE, iat, exp: iat + LIFETIME_SECONDS, jti: randomUUID() };
      const signed = `${base64Url({ alg: 'ES256', typ: 'JWT', kid })}.${base64Url(claims)}`;
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
  };
};
