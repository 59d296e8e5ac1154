export {
  type DeviceKey,
  generateDeviceKey,
  importDeviceKey,
  verifyDeviceSignatureBytes,
} from './device-key.ts';
export {
  createDeviceKeyCache,
  type DeviceKeyCache,
  type DevicePublicKey,
  type DeviceSignatureClaim,
  judgeDeviceSignature,
} from './device-signatures.ts';
export { nodeCryptoSuite, nodeRandom } from './node-crypto-suite.ts';
