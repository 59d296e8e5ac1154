export { loginHintOf } from './iam-link.ts';
export { createKeyless, type KeylessInstance } from './keyless.ts';
export { failureResult, type KeylessResult, resultOf, successResult } from './keyless-result.ts';
export { KeylessSdkError } from './keyless-sdk-error.ts';
export { Keyless } from './keyless-singleton.ts';
export type { LegacyLivenessName, LivenessConfiguration, LivenessLevel } from './liveness-configuration.ts';
export {
  type AuthConfig,
  BiomAuthConfig,
  type BiomAuthOptions,
  BiomDeEnrollConfig,
  BiomEnrollConfig,
  type BiomEnrollOptions,
  type CaptureSettings,
  type DeEnrollConfig,
  type EnrollConfig,
  PhotoEnrollConfig,
  type PhotoEnrollOptions,
  PinAuthConfig,
  PinDeEnrollConfig,
  PinEnrollConfig,
  type PinEnrollOptions,
} from './operation-configs.ts';
export type {
  CaptureOptions,
  ClientStateType,
  DynamicLinkingInfo,
  JwtSigningInfo,
  KeylessSecret,
  OperationInfo,
  SecretOptions,
} from './operation-options.ts';
export type {
  AuthenticationSuccess,
  AuthenticationTimings,
  BackgroundReport,
  EnrollmentSuccess,
  SecretResults,
} from './operation-results.ts';
export {
  CameraError,
  type CameraPort,
  type CapturePurpose,
  type CaptureRequest,
  type CaptureScreen,
} from './ports/camera-port.ts';
export type { CryptoPort, DeviceSigningKey } from './ports/crypto-port.ts';
export type {
  CaptureScenario,
  FaceAnalysis,
  FaceAnalyzerPort,
  LivenessWish,
} from './ports/face-analyzer-port.ts';
export type { KeylessPorts } from './ports/keyless-ports.ts';
export {
  adaptKLNetworkingModule,
  type HttpAnswer,
  type HttpRequest,
  type KLNetworkingModule,
  type NetworkingModule,
} from './ports/networking-module.ts';
export type { ProtectionFinding, ProtectionPort } from './ports/protection-port.ts';
export type { KeylessUI, ScreensPort, TransactionLine } from './ports/screens-port.ts';
export type { SecureStorePort } from './ports/secure-store-port.ts';
export type {
  LogCollector,
  LogEvent,
  LogFields,
  LogLevel,
  LogSubscription,
  LogsConfiguration,
} from './sdk-log.ts';
export type { SetupConfig } from './setup-config.ts';
