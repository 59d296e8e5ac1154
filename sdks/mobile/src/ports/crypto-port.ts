import type { DeviceSigner } from '@openrecognize/clients/device';
import type { CryptoSuite, RandomSource } from '@openrecognize/zkb/suite';

/** A device signing key whose private part can be kept in the secure store. */
export interface DeviceSigningKey extends DeviceSigner {
  /** PKCS #8 DER; secret, the caller owns and wipes it. */
  exportPrivateKey(): Uint8Array;
}

/** Primitives of the platform. */
export interface CryptoPort {
  readonly suite: CryptoSuite;
  readonly random: RandomSource;
  generateDeviceKey(): DeviceSigningKey;
  /** @throws when the bytes are no P-256 private key. */
  importDeviceKey(pkcs8: Uint8Array): DeviceSigningKey;
}
