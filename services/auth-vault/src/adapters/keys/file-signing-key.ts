import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { configInvalid } from '../../key-sources.ts';
import type { PublicJwk, SigningKey } from '../../ports/signing-key.ts';
import { p256PublicJwk } from './p256-public-key.ts';

/** A signing key held in memory, and what is derived from it. */
export interface FileSigningKey extends SigningKey {
  /**
   * 32 bytes, HKDF-SHA-256 (RFC 5869) of the private key: replicas with one signing key accept each other's refill
   * tickets without a further secret.
   */
  deriveRefillTicketKey(): Uint8Array;
}

const readPem = async (path: string, variable: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw configInvalid(variable, 'cannot be read', cause);
  }
};

const parse = (variable: string, what: string, read: () => KeyObject): KeyObject => {
  try {
    return read();
  } catch (cause) {
    throw configInvalid(variable, `holds no ${what}`, cause);
  }
};

const publicPart = (key: KeyObject, keyId: string, variable: string): PublicJwk => {
  const jwk = p256PublicJwk(key, keyId);
  if (jwk === undefined) throw configInvalid(variable, 'holds a key of another kind than P-256');
  return jwk;
};

/**
 * Loads a P-256 private key from a PKCS #8 PEM file.
 *
 * @param variable name of the setting the path came from, for the refusal.
 * @throws RecognizeError CONFIG_INVALID
 */
export const loadFileSigningKey = async (
  path: string,
  keyId: string,
  variable: string,
): Promise<FileSigningKey> => {
  const pem = await readPem(path, variable);
  const key = parse(variable, 'private key in PKCS #8 PEM', () =>
    createPrivateKey({ key: pem, format: 'pem' }),
  );
  return {
    publicKey: publicPart(key, keyId, variable),
    // At once, not on the thread pool: it takes less time than the way there and back.
    sign: async (message) => sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }),
    deriveRefillTicketKey() {
      const secret = key.export({ format: 'der', type: 'pkcs8' });
      const derived = hkdfSync('sha256', secret, '', 'openrecognize/auth-vault/v1 refill ticket', 32);
      secret.fill(0);
      return new Uint8Array(derived);
    },
  };
};

/**
 * Reads the public part of a retired key, from its private or its public PEM: the private one need not be kept.
 *
 * @throws RecognizeError CONFIG_INVALID
 */
export const loadFilePublicKey = async (
  path: string,
  keyId: string,
  variable: string,
): Promise<PublicJwk> => {
  const pem = await readPem(path, variable);
  const key = parse(variable, 'key in PEM', () => createPublicKey({ key: pem, format: 'pem' }));
  return publicPart(key, keyId, variable);
};
