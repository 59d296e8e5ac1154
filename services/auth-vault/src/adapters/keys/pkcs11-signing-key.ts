import { createHash } from 'node:crypto';
import { bytesToBase64Url, bytesToHex } from '@openrecognize/bytes';
import { configInvalid } from '../../key-sources.ts';
import type { PublicJwk, SigningKey } from '../../ports/signing-key.ts';
import type { Pkcs11Token } from './pkcs11-token.ts';

/** OBJECT IDENTIFIER 1.2.840.10045.3.1.7 (RFC 5480 §2.1.1.1). */
const P256_OID_DER = '06082a8648ce3d030107';
const UNCOMPRESSED = 0x04;
const COORDINATE_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * Public part of a P-256 key of a hardware module.
 *
 * @throws RecognizeError CONFIG_INVALID for another curve, or when not exactly one key carries the label
 */
export const readPkcs11PublicKey = async (
  token: Pkcs11Token,
  keyLabel: string,
  keyId: string,
): Promise<PublicJwk> => {
  const { point, curve } = await token.readPublicKey(keyLabel);
  const isP256 = bytesToHex(curve).toLowerCase() === P256_OID_DER;
  if (!isP256 || point.length !== 1 + 2 * COORDINATE_BYTES || point[0] !== UNCOMPRESSED) {
    throw configInvalid('SIGNING_KEYS', 'names a PKCS #11 key of another kind than P-256');
  }
  return {
    kty: 'EC',
    use: 'sig',
    alg: 'ES256',
    kid: keyId,
    crv: 'P-256',
    x: bytesToBase64Url(point.subarray(1, 1 + COORDINATE_BYTES)),
    y: bytesToBase64Url(point.subarray(1 + COORDINATE_BYTES)),
  };
};

/**
 * A key of a PKCS #11 module. `CKM_ECDSA` over a digest made here: not every module hashes by itself.
 *
 * @throws RecognizeError CONFIG_INVALID as {@link readPkcs11PublicKey}
 */
export const loadPkcs11SigningKey = async (
  token: Pkcs11Token,
  keyLabel: string,
  keyId: string,
): Promise<SigningKey> => ({
  publicKey: await readPkcs11PublicKey(token, keyLabel, keyId),
  async sign(message) {
    const signature = await token.signDigest(keyLabel, createHash('sha256').update(message).digest());
    if (signature.length !== SIGNATURE_BYTES) throw new Error('the module answered no signature of P-256');
    return signature;
  },
});
