export {
  type DeviceKey,
  generateDeviceKey,
  importDeviceKey,
  verifyDeviceSignatureBytes,
} from './device-key.ts';
export { nodeCryptoSuite, nodeRandom } from './node-crypto-suite.ts';
