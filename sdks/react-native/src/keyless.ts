import {
  type AuthConfig,
  type AuthenticationSuccess,
  type BackgroundReport,
  createKeyless,
  type DeEnrollConfig,
  type EnrollConfig,
  type EnrollmentSuccess,
  type KeylessInstance,
  type KeylessResult,
  type KeylessUI,
  type LogCollector,
  type LogSubscription,
  resultOf,
  type SetupConfig,
} from '@keyless/sdk-mobile';
import type { KeylessDeviceModule } from './keyless-device-module.ts';
import { createNativePorts } from './native-ports.ts';

export interface InitializeOptions {
  /** `NativeKeylessDevice` of this package's `native-device` entry, or a mock of it. */
  readonly device: KeylessDeviceModule;
  /** What `keylessLogsConfiguration` leads to. */
  readonly logs?: LogCollector;
}

/** The SDK of an app: every operation resolves to a result with `fold`, none rejects. */
export interface KeylessReactNative {
  /** Comes first. Replaces an instance that was there. */
  initialize(options: InitializeOptions): void;
  configure(config: SetupConfig): Promise<KeylessResult<void>>;
  enroll(config: EnrollConfig): Promise<KeylessResult<EnrollmentSuccess>>;
  authenticate(config: AuthConfig): Promise<KeylessResult<AuthenticationSuccess>>;
  deEnroll(config: DeEnrollConfig): Promise<KeylessResult<void>>;
  getUserId(): Promise<KeylessResult<string>>;
  getDevicePublicSigningKey(): Promise<KeylessResult<string>>;
  getUserSigningPublicKey(): Promise<KeylessResult<string>>;
  getEnrolledFactors(): Promise<KeylessResult<{ readonly face: boolean; readonly pin: boolean }>>;
  getLockoutRemainingSeconds(): Promise<KeylessResult<number>>;
  validateUserAndDeviceActive(): Promise<KeylessResult<void>>;
  showIntroductionScreen(): Promise<KeylessResult<void>>;
  reset(): Promise<KeylessResult<void>>;
  /** Waits for circuits on their way, e.g. from a background task of the platform. */
  whenIdle(): Promise<KeylessResult<BackgroundReport | undefined>>;
  /** Lines of the level that `customLogsConfiguration` sets. */
  subscribeToCustomLogs(collector: LogCollector): LogSubscription;
  /** Looks of the native screens. */
  updateUI(ui: KeylessUI): Promise<KeylessResult<void>>;
}

/** An SDK object of its own; an app uses `Keyless`. */
export const createReactNativeKeyless = (): KeylessReactNative => {
  let initialized: KeylessInstance | undefined;
  const current = (): KeylessInstance => {
    if (!initialized) throw new Error('Keyless.initialize({ device }) comes first.');
    return initialized;
  };
  const run = async <T>(operation: (instance: KeylessInstance) => Promise<T>): Promise<KeylessResult<T>> =>
    resultOf(operation(current()));
  return {
    initialize: ({ device, logs }) => {
      initialized = createKeyless(createNativePorts(device, logs));
    },
    configure: (config) => run((instance) => instance.configure(config)),
    enroll: (config) => run((instance) => instance.enroll(config)),
    authenticate: (config) => run((instance) => instance.authenticate(config)),
    deEnroll: (config) => run((instance) => instance.deEnroll(config)),
    getUserId: () => run((instance) => instance.getUserId()),
    getDevicePublicSigningKey: () => run((instance) => instance.getDevicePublicSigningKey()),
    getUserSigningPublicKey: () => run((instance) => instance.getUserSigningPublicKey()),
    getEnrolledFactors: () => run((instance) => instance.getEnrolledFactors()),
    getLockoutRemainingSeconds: () => run((instance) => instance.getLockoutRemainingSeconds()),
    validateUserAndDeviceActive: () => run((instance) => instance.validateUserAndDeviceActive()),
    showIntroductionScreen: () => run((instance) => instance.showIntroductionScreen()),
    reset: () => run((instance) => instance.reset()),
    whenIdle: () => run((instance) => instance.whenIdle()),
    subscribeToCustomLogs: (collector) => current().customLogs.collect(collector),
    updateUI: (ui) => run((instance) => instance.updateUI(ui)),
  };
};

/** The SDK of this app. */
export const Keyless: KeylessReactNative = createReactNativeKeyless();
