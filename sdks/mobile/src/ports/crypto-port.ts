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
  /**
   * Stretches a PIN with the secret of this device, slowly: scrypt (RFC 7914) with N >= 2^15, r = 8, or
   * PBKDF2-HMAC-SHA-256 with 600,000 rounds. Deterministic on one device; it need not be the same on another.
   *
   * @param pin UTF-8; secret: 32 bytes. Neither is modified or retained.
   * @returns 32 bytes owned by the caller, who wipes them.
   */
  stretchPin(pin: Uint8Array, secret: Uint8Array): Promise<Uint8Array>;
}
