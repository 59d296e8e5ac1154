import { createPublicKey, verify } from 'node:crypto';
import { bytesToBase64Url, utf8ToBytes } from '@openrecognize/bytes';
import type { TransactionJwtClaims } from '@openrecognize/contracts';
import type { JwtSigner } from '../ports/jwt-signer.ts';
import type { PublicJwk, SigningKey } from '../ports/signing-key.ts';

/** A key that signs no more, or not yet, and is published all the same. */
export interface PublishedKey {
  readonly publicKey: PublicJwk;
  /** Milliseconds since the epoch; published for good if absent. */
  readonly untilMs?: number;
}

export interface JwtSignerOptions {
  readonly current: SigningKey;
  /** In the order of the configuration, the current one left out. */
  readonly others?: readonly PublishedKey[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const encode = (value: object): string => bytesToBase64Url(utf8ToBytes(JSON.stringify(value)));

/** JWS compact serialization (RFC 7515 §7.1) with ES256 under a key that stays where it is. */
export const createJwtSigner = ({ current, others = [], now }: JwtSignerOptions): JwtSigner => {
  const { kid, alg } = current.publicKey;
  const header = encode({ alg, typ: 'JWT', kid });
  return {
    get publicKeys() {
      const nowMs = now();
      const stillPublished = others.filter(({ untilMs }) => untilMs === undefined || nowMs < untilMs);
      return [current.publicKey, ...stillPublished.map(({ publicKey }) => publicKey)];
    },
    get usable() {
      return current.usable ?? true;
    },
    async sign(claims: TransactionJwtClaims) {
      const signingInput = `${header}.${encode(claims)}`;
      const signature = await current.sign(utf8ToBytes(signingInput));
      return `${signingInput}.${bytesToBase64Url(signature)}`;
    },
  };
};

/** Text no JWT begins with, so that a trial can never pass for one. */
const TRIAL = utf8ToBytes('openrecognize/auth-vault/v1 trial signature');

/**
 * Signs once and checks the result against the published key.
 *
 * @throws what the key fails with, and an Error when the signature is another key's
 */
export const trySigningKey = async ({ publicKey, sign }: SigningKey): Promise<void> => {
  const signature = await sign(TRIAL);
  const key = createPublicKey({ key: { ...publicKey }, format: 'jwk' });
  if (!verify('sha256', TRIAL, { key, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw new Error('the signature does not verify under the published key');
  }
};
