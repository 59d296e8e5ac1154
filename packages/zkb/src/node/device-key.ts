import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** A device's P-256 signing key held in software. */
export interface DeviceKey {
  /** SubjectPublicKeyInfo, DER, 91 bytes. */
  readonly publicSigningKey: Uint8Array;
  /** ECDSA over SHA-256 (FIPS 186-5), IEEE P1363 form, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /** PKCS #8 DER, a secret; the caller owns and wipes it. */
  exportPrivateKey(): Uint8Array;
}

const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

const deviceKeyOf = (privateKey: KeyObject): DeviceKey => {
  const publicSigningKey = spkiOf(createPublicKey(privateKey));
  return {
    publicSigningKey,
    sign: (message) =>
      new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
    exportPrivateKey: () => new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
};

/** A fresh key. */
export const generateDeviceKey = (): DeviceKey =>
  deviceKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

/** @throws Error from the platform when the bytes are no P-256 private key. */
export const importDeviceKey = (pkcs8: Uint8Array): DeviceKey => {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new TypeError('not a P-256 key');
  }
  return deviceKeyOf(key);
};

/** False for a wrong signature and for a key that does not parse. */
export const verifyDeviceSignatureBytes = (
  publicSigningKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicSigningKey), format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
};
