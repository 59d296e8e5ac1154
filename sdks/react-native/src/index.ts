import './runtime-gaps.ts';

export {
  type AuthConfig,
  type AuthenticationSuccess,
  type BackgroundReport,
  BiomAuthConfig,
  type BiomAuthOptions,
  BiomDeEnrollConfig,
  type ClientStateType,
  type DynamicLinkingInfo,
  type EnrollmentSuccess,
  type JwtSigningInfo,
  type KeylessResult,
  KeylessSdkError,
  type KeylessSecret,
  type KeylessUI,
  type LivenessConfiguration,
  type LogEvent,
  type LogLevel,
  type LogSubscription,
  type LogsConfiguration,
  loginHintOf,
  type OperationInfo,
  PhotoEnrollConfig,
  PinAuthConfig,
  PinDeEnrollConfig,
  PinEnrollConfig,
  type SetupConfig,
} from '@keyless/sdk-mobile';
export { BiomEnrollConfig, customSecretId, type ReactNativeEnrollOptions } from './enroll-config.ts';
export {
  createReactNativeKeyless,
  type InitializeOptions,
  Keyless,
  type KeylessReactNative,
} from './keyless.ts';
export type {
  DeviceConstants,
  KeylessDeviceModule,
  ModuleAnalysis,
  ModuleHttpAnswer,
} from './keyless-device-module.ts';
