import {
  CORE_ERRORS,
  isCoreErrorCode,
  isRecognizeError,
  type NativeError,
  type NativePlatform,
  nativeError,
  nativeErrorFor,
  RecognizeError,
} from '@openrecognize/contracts';
import { LocalStoreError } from './local-store-error.ts';
import { CameraError } from './ports/camera-port.ts';

/** Public facts about a failure, as far as they are known. */
interface FailureFacts {
  readonly coreCode?: string;
  readonly message?: string;
  readonly lockoutRemainingSeconds?: number;
  readonly remainingAttempts?: number;
  readonly triggeredFilters?: readonly string[];
  readonly cause?: unknown;
}

/** The only error the SDK rejects with. Its number is the platform's: handle it, do not show it. */
export class KeylessSdkError extends Error {
  override readonly name = 'KeylessSdkError';
  /** Native number, e.g. 30004. */
  readonly code: number;
  /** Case name of the number on this platform, e.g. `faceNotMatching`. */
  readonly caseName: string;
  readonly platform: NativePlatform;
  /** What to do about it. */
  readonly nextStep: string;
  /** Number of the shared error model. */
  readonly sharedCode: number;
  /** Wire code behind it, where there is one, e.g. `NOT_ENOUGH_CIRCUITS`. */
  readonly coreCode: string | undefined;
  /** With 30007, and with the 30004 that began the suspension: seconds until the next attempt. */
  readonly lockoutRemainingSeconds: number | undefined;
  /** With 30004: failures left before the suspension. */
  readonly remainingAttempts: number | undefined;
  /** With 30008: names of the quality filters that refused the picture. */
  readonly triggeredFilters: readonly string[];

  constructor(entry: NativeError, facts: FailureFacts = {}) {
    super(facts.message ?? entry.meaning, 'cause' in facts ? { cause: facts.cause } : undefined);
    this.code = entry.number;
    this.caseName = entry.name;
    this.platform = entry.platform;
    // The wire code is the more exact of the two.
    this.nextStep = isCoreErrorCode(facts.coreCode) ? CORE_ERRORS[facts.coreCode].nextStep : entry.nextStep;
    this.sharedCode = entry.shared;
    this.coreCode = facts.coreCode;
    this.lockoutRemainingSeconds = facts.lockoutRemainingSeconds;
    this.remainingAttempts = facts.remainingAttempts;
    this.triggeredFilters = facts.triggeredFilters ?? [];
  }

  /** Neither stack nor cause. */
  toJSON() {
    const { code, caseName, message, nextStep, coreCode, lockoutRemainingSeconds, remainingAttempts } = this;
    const { triggeredFilters } = this;
    return {
      code,
      caseName,
      message,
      nextStep,
      coreCode,
      lockoutRemainingSeconds,
      remainingAttempts,
      triggeredFilters,
    };
  }
}

/** The error of a native number; the platform must have it. */
export const sdkErrorOf = (
  number: number,
  platform: NativePlatform,
  facts: FailureFacts = {},
): KeylessSdkError =>
  new KeylessSdkError(nativeError(number, platform) ?? nativeErrorFor('UNKNOWN_ERROR', platform), facts);

const numberDetail = (error: RecognizeError, name: string) => {
  const value = error.details[name];
  return typeof value === 'number' ? { [name]: value } : {};
};

const filtersOf = (error: RecognizeError) => {
  const { filters } = error.details;
  return Array.isArray(filters) ? { triggeredFilters: filters as readonly string[] } : {};
};

/** What an app is told for whatever went wrong inside. */
export const sdkErrorFor = (error: unknown, platform: NativePlatform): KeylessSdkError => {
  if (error instanceof KeylessSdkError) return error;
  if (isRecognizeError(error)) {
    return new KeylessSdkError(nativeErrorFor(error.code, platform), {
      coreCode: error.code,
      message: error.message,
      ...numberDetail(error, 'lockoutRemainingSeconds'),
      ...numberDetail(error, 'remainingAttempts'),
      ...filtersOf(error),
      cause: error,
    });
  }
  const { message } = error as { message?: string };
  const facts = { ...(message === undefined ? {} : { message }), cause: error };
  if (error instanceof CameraError)
    return sdkErrorOf(error.reason === 'denied' ? 30009 : 10004, platform, facts);
  // The number of a storage failure differs: 20002 means "not configured" on Android.
  if (error instanceof LocalStoreError)
    return sdkErrorOf(platform === 'ios' ? 20002 : 10005, platform, facts);
  return sdkErrorOf(10000, platform, { cause: error });
};

/** An operation was called before `configure`. iOS has no number of its own for it. */
export const notConfigured = (platform: NativePlatform): KeylessSdkError =>
  sdkErrorOf(platform === 'android' ? 20002 : 10000, platform, {
    message: 'The SDK was used before Keyless.configure.',
  });

/** An argument that can't be right, refused before anything happens. */
export const invalidInput = (message: string): RecognizeError =>
  new RecognizeError('INVALID_INPUT', { message });
