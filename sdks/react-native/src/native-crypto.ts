import type { CryptoPort, DeviceSigningKey } from '@keyless/sdk-mobile';
import { base64ToBytes, bytesToBase64 } from '@openrecognize/bytes';
import type { KeylessDeviceModule } from './keyless-device-module.ts';

/** `CryptoPort` on the primitives of the native side. */
export const createNativeCrypto = (device: KeylessDeviceModule): CryptoPort => {
  const keyOf = (pkcs8: string): DeviceSigningKey => ({
    publicSigningKey: base64ToBytes(device.publicKeyOf(pkcs8)),
    sign: (message) => base64ToBytes(device.sign(pkcs8, bytesToBase64(message))),
    exportPrivateKey: () => base64ToBytes(pkcs8),
  });
  return {
    random: (lengthBytes) => base64ToBytes(device.randomBytes(lengthBytes)),
    suite: {
      sha256: (message) => base64ToBytes(device.sha256(bytesToBase64(message))),
      hmacSha256: (key, message) =>
        base64ToBytes(device.hmacSha256(bytesToBase64(key), bytesToBase64(message))),
      aes256CtrKeystream: (key, lengthBytes) =>
        base64ToBytes(device.aes256CtrKeystream(bytesToBase64(key), lengthBytes)),
      aes256GcmSeal: (...parts) => {
        const [key, nonce, aad, plaintext] = parts.map(bytesToBase64) as [string, string, string, string];
        return base64ToBytes(device.aes256GcmSeal(key, nonce, aad, plaintext));
      },
      aes256GcmOpen: (...parts) => {
        const [key, nonce, aad, sealed] = parts.map(bytesToBase64) as [string, string, string, string];
        const { isOpen, plaintext } = device.aes256GcmOpen(key, nonce, aad, sealed);
        return isOpen ? base64ToBytes(plaintext) : undefined;
      },
    },
    generateDeviceKey: () => keyOf(device.generateDeviceKey()),
    importDeviceKey: (pkcs8) => keyOf(bytesToBase64(pkcs8)),
    stretchPin: async (pin, secret) =>
      base64ToBytes(await device.stretchPin(bytesToBase64(pin), bytesToBase64(secret))),
  };
};
