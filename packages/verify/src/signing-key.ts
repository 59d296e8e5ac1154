import { type CryptoKey, importJWK, type JWK } from 'jose';

/** Algorithms a transaction JWT may be signed with. */
export type SigningAlgorithm = 'ES256' | 'RS256';

/** A published key that may sign transaction JWTs. */
export interface SigningKey {
  readonly keyId: string;
  /** Of the key, never of the JWT (RFC 8725 §3.1). */
  readonly algorithm: SigningAlgorithm;
  /** Imported at its first use, once. */
  load(): Promise<CryptoKey>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Public parameters only: whatever else an entry carries is left behind. */
const publicPart = (
  entry: Record<string, unknown>,
): { readonly algorithm: SigningAlgorithm; readonly jwk: JWK } | undefined => {
  const { kty, crv, x, y, n, e, alg } = entry;
  if (kty === 'EC' && crv === 'P-256' && isText(x) && isText(y) && (alg ?? 'ES256') === 'ES256') {
    return { algorithm: 'ES256', jwk: { kty, crv, x, y } };
  }
  if (kty === 'RSA' && isText(n) && isText(e) && (alg ?? 'RS256') === 'RS256') {
    return { algorithm: 'RS256', jwk: { kty, n, e } };
  }
  return undefined;
};

/** The key of a JWKS entry (RFC 7517 §4); undefined for one that does not sign transaction JWTs. */
const signingKeyOf = (entry: unknown): SigningKey | undefined => {
  if (!isRecord(entry) || entry['use'] !== 'sig' || !isText(entry['kid'])) return undefined;
  const operations = entry['key_ops'];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return undefined;
  }
  const found = publicPart(entry);
  if (!found) return undefined;
  const { algorithm, jwk } = found;
  let imported: Promise<CryptoKey> | undefined;
  return {
    keyId: entry['kid'],
    algorithm,
    load() {
      imported ??= importJWK(jwk, algorithm) as Promise<CryptoKey>;
      return imported;
    },
  };
};

/** More keys than any rotation leaves; the rest is not looked at. */
const MAX_KEYS = 100;

/**
 * The usable keys of a JWKS document.
 *
 * @throws Error when it is no JWKS
 */
export const readJwks = (text: string): readonly SigningKey[] => {
  const document: unknown = JSON.parse(text);
  if (!isRecord(document) || !Array.isArray(document['keys'])) throw new Error('the document is no JWKS');
  return document['keys']
    .slice(0, MAX_KEYS)
    .map(signingKeyOf)
    .filter((key) => key !== undefined);
};
