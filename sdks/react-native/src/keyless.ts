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
  type LogCollector,
  type LogSubscription,
  resultOf,
  type SetupConfig,
} from '@keyless/sdk-mobile';
import type { KeylessDeviceModule } from './keyless-device-module.ts';
import { createNativePorts } from './native-ports.ts';

/** Looks of the native screens; what is left out stays as it is. */
export interface KeylessUI {
  readonly theme?: 'DARK' | 'LIGHT' | 'SYSTEM';
  /** CSS hex colours. */
  readonly colors?: {
    readonly primary?: string;
    readonly onPrimary?: string;
    readonly accent?: string;
  };
  readonly texts?: Readonly<Record<string, string>>;
  readonly fonts?: { readonly regular?: string; readonly bold?: string };
  readonly isHapticsEnabled?: boolean;
}

export interface InitializeOptions {
  /** `NativeKeylessDevice` of this package's `native-device` entry, or a mock of it. */
  readonly device: KeylessDeviceModule;
  /** What `keylessLogsConfiguration` leads to. */
  readonly logs?: LogCollector;
}

interface Initialized {
  readonly device: KeylessDeviceModule;
  readonly instance: KeylessInstance;
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
  updateUI(ui: KeylessUI): Promise<void>;
}

/** An SDK object of its own; an app uses `Keyless`. */
export const createReactNativeKeyless = (): KeylessReactNative => {
  let initialized: Initialized | undefined;
  const current = (): Initialized => {
    if (!initialized) throw new Error('Keyless.initialize({ device }) comes first.');
    return initialized;
  };
  const run = async <T>(operation: (instance: KeylessInstance) => Promise<T>): Promise<KeylessResult<T>> =>
    resultOf(operation(current().instance));
  return {
    initialize: ({ device, logs }) => {
      initialized = { device, instance: createKeyless(createNativePorts(device, logs)) };
    },
    configure: (config) => run((instance) => instance.configure(config)),
    enroll: (config) => run((instance) => instance.enroll(config)),
    authenticate: (config) => run((instance) => instance.authenticate(config)),
    deEnroll: (config) => run((instance) => instance.deEnroll(config)),
    getUserId: () => run((instance) => instance.getUserId()),
    getDevicePublicSigningKey: () => run((instance) => instance.getDevicePublicSigningKey()),
    getEnrolledFactors: () => run((instance) => instance.getEnrolledFactors()),
    getLockoutRemainingSeconds: () => run((instance) => instance.getLockoutRemainingSeconds()),
    validateUserAndDeviceActive: () => run((instance) => instance.validateUserAndDeviceActive()),
    showIntroductionScreen: () => run((instance) => instance.showIntroductionScreen()),
    reset: () => run((instance) => instance.reset()),
    whenIdle: () => run((instance) => instance.whenIdle()),
    subscribeToCustomLogs: (collector) => current().instance.customLogs.collect(collector),
    updateUI: async (ui) => current().device.updateUI(JSON.stringify(ui)),
  };
};

/** The SDK of this app. */
export const Keyless: KeylessReactNative = createReactNativeKeyless();
