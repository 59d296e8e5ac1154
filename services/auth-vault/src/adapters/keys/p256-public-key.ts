import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '../../ports/signing-key.ts';

/** The JWK (RFC 7517, RFC 7518 §6.2) of a P-256 key, its public part alone; undefined for any other key. */
export const p256PublicJwk = (key: KeyObject, keyId: string): PublicJwk | undefined => {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    return undefined;
  const { x, y } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (x === undefined || y === undefined) return undefined;
  return { kty: 'EC', use: 'sig', alg: 'ES256', kid: keyId, crv: 'P-256', x, y };
};

/** The same from a DER SubjectPublicKeyInfo. */
export const p256PublicJwkOfSpki = (spki: Uint8Array, keyId: string): PublicJwk | undefined => {
  try {
    return p256PublicJwk(createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), keyId);
  } catch {
    return undefined;
  }
};
