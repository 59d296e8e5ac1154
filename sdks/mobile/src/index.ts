export { createKeyless, type KeylessInstance } from './keyless.ts';
export { type KeylessResult, resultOf } from './keyless-result.ts';
export { KeylessSdkError } from './keyless-sdk-error.ts';
export { Keyless } from './keyless-singleton.ts';
export {
  BiomAuthConfig,
  type BiomAuthOptions,
  BiomDeEnrollConfig,
  BiomEnrollConfig,
  type BiomEnrollOptions,
  type JwtSigningInfo,
  type OperationInfo,
  PhotoEnrollConfig,
  type PhotoEnrollOptions,
  PinAuthConfig,
} from './operation-configs.ts';
export type {
  AuthenticationSuccess,
  AuthenticationTimings,
  BackgroundReport,
  EnrollmentSuccess,
} from './operation-results.ts';
export {
  CameraError,
  type CameraPort,
  type CapturePurpose,
  type CaptureRequest,
} from './ports/camera-port.ts';
export type { CryptoPort, DeviceSigningKey } from './ports/crypto-port.ts';
export type { CaptureScenario, FaceAnalysis, FaceAnalyzerPort } from './ports/face-analyzer-port.ts';
export type { KeylessPorts } from './ports/keyless-ports.ts';
export type { HttpAnswer, HttpRequest, NetworkingModule } from './ports/networking-module.ts';
export type { SecureStorePort } from './ports/secure-store-port.ts';
export type { SetupConfig } from './setup-config.ts';
