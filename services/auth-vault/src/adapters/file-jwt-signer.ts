import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RecognizeError, type TransactionJwtClaims } from '@openrecognize/contracts';
import { exportJWK, importPKCS8, SignJWT } from 'jose';
import type { JwtSigner } from '../ports/jwt-signer.ts';

/** A signing key held in memory, and what is derived from it. */
export interface FileSigningKey {
  readonly signer: JwtSigner;
  /**
   * 32 bytes, HKDF-SHA-256 (RFC 5869) of the private key: replicas with one signing key accept each other's refill
   * tickets without a further secret.
   */
  deriveRefillTicketKey(): Uint8Array;
}

const unusable = (reason: string, cause?: unknown): RecognizeError =>
  new RecognizeError('CONFIG_INVALID', {
    message: `The configuration is invalid: SIGNING_KEY_FILE ${reason}`,
    details: { variables: ['SIGNING_KEY_FILE'] },
    cause,
  });

const readPem = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable('cannot be read', cause);
  }
};

const parsePrivateKey = (pem: string): KeyObject => {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch (cause) {
    throw unusable('holds no private key in PKCS #8 PEM', cause);
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw unusable('holds a key of another kind than P-256');
  }
  return key;
};

/**
 * Loads an ES256 key from a PEM file and signs once for a trial, so that a key that cannot sign ends the start.
 *
 * @throws RecognizeError CONFIG_INVALID
 */
export const loadFileSigningKey = async (path: string, keyId: string): Promise<FileSigningKey> => {
  const privateKey = parsePrivateKey(await readPem(path));
  const pkcs8 = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const key = await importPKCS8(pkcs8, 'ES256', { extractable: true });
  const { kty, crv, x, y } = await exportJWK(key);
  if (kty === undefined || crv === undefined || x === undefined || y === undefined) {
    throw unusable('has no public part');
  }
  const header = { alg: 'ES256', typ: 'JWT', kid: keyId } as const;
  const sign = (claims: TransactionJwtClaims): Promise<string> =>
    new SignJWT({ ...claims }).setProtectedHeader(header).sign(key);
  await sign({ iat: 0, td: '', version: '1.1.0', sub: '' });
  return {
    signer: { publicKeys: [{ kty, use: 'sig', alg: 'ES256', kid: keyId, crv, x, y }], sign },
    deriveRefillTicketKey() {
      const secret = privateKey.export({ format: 'der', type: 'pkcs8' });
      const derived = hkdfSync('sha256', secret, '', 'openrecognize/auth-vault/v1 refill ticket', 32);
      secret.fill(0);
      return new Uint8Array(derived);
    },
  };
};
