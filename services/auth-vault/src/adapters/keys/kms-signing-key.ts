import { createHash } from 'node:crypto';
import { RecognizeError } from '@openrecognize/contracts';
import { configInvalid } from '../../key-sources.ts';
import type { PublicJwk, SigningKey } from '../../ports/signing-key.ts';
import { derToP1363 } from './ecdsa-signature.ts';
import { isPermanentKmsRefusal, type KmsGateway, type KmsPublicKey } from './kms-gateway.ts';
import { p256PublicJwkOfSpki } from './p256-public-key.ts';

interface KmsKey {
  readonly keyArn: string;
  readonly publicKey: PublicJwk;
}

/**
 * Fetches the public part of a P-256 signing key.
 *
 * @throws RecognizeError CONFIG_INVALID when it is refused or of another kind, SERVICE_UNAVAILABLE when the key
 * service can't be reached
 */
export const fetchKmsPublicKey = async (
  kms: KmsGateway,
  location: string,
  keyId: string,
  variable: string,
): Promise<KmsKey> => {
  let found: KmsPublicKey;
  try {
    found = await kms.getPublicKey(location);
  } catch (cause) {
    if (!isPermanentKmsRefusal(cause)) throw new RecognizeError('SERVICE_UNAVAILABLE', { cause });
    throw configInvalid(
      variable,
      `names a key that the key service refuses (${(cause as Error).name})`,
      cause,
    );
  }
  const publicKey = p256PublicJwkOfSpki(found.spki, keyId);
  if (publicKey === undefined || found.keyUsage !== 'SIGN_VERIFY') {
    throw configInvalid(variable, 'names a key of another kind than ECC_NIST_P256 for SIGN_VERIFY');
  }
  return { keyArn: found.keyArn, publicKey };
};

/**
 * A key of AWS KMS. It signs under the ARN it found at the start: an alias that is moved later cannot make it sign
 * under a key that nobody published.
 *
 * @throws RecognizeError as {@link fetchKmsPublicKey}
 */
export const loadKmsSigningKey = async (
  kms: KmsGateway,
  location: string,
  keyId: string,
  variable: string,
): Promise<SigningKey> => {
  const { keyArn, publicKey } = await fetchKmsPublicKey(kms, location, keyId, variable);
  return {
    publicKey,
    sign: async (message) =>
      derToP1363(await kms.signDigest(keyArn, createHash('sha256').update(message).digest())),
  };
};
