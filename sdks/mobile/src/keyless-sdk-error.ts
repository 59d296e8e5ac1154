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
import { NativeFailure } from './native-failure.ts';
import { CameraError } from './ports/camera-port.ts';
import { InvalidApiKeyError } from './setup-config.ts';

/** Public facts about a failure, as far as they are known. */
interface FailureFacts {
  readonly coreCode?: string;
  readonly message?: string;
  readonly lockoutRemainingSeconds?: number;
  readonly remainingAttempts?: number;
  readonly triggeredFilters?: readonly string[];
  readonly cause?: unknown;
}

/** Numbers that stand for whatever a part of the SDK has no number for. */
const collectiveNumbers: readonly number[] = [10000, 10100, 10200];

const sharedNumberOf = (entry: NativeError, coreCode: string | undefined): number =>
  collectiveNumbers.includes(entry.number) && isCoreErrorCode(coreCode)
    ? CORE_ERRORS[coreCode].shared
    : entry.shared;

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
    this.sharedCode = sharedNumberOf(entry, facts.coreCode);
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

/** Answers of a gateway before the services, which knows no code of ours. */
const gatewayNumbers: Readonly<Record<number, Readonly<Record<NativePlatform, number>>>> = {
  // It meters API keys.
  402: { ios: 20007, android: 20013 },
  // It wants a newer app.
  426: { ios: 30010, android: 30010 },
};

/** Numbers the SDK knows better than the catalogue, which has one for each wire code. */
const numberOf = (error: RecognizeError, platform: NativePlatform): number | undefined => {
  const { status } = error.details;
  if (error.code === 'UNKNOWN_ERROR' && typeof status === 'number') return gatewayNumbers[status]?.[platform];
  // The customer belongs to the API key: the app can't have named a wrong one.
  return error.code === 'CUSTOMER_NOT_FOUND' ? 10006 : undefined;
};

const entryOf = (error: RecognizeError, platform: NativePlatform): NativeError => {
  const number = numberOf(error, platform);
  return (
    (number === undefined ? undefined : nativeError(number, platform)) ?? nativeErrorFor(error.code, platform)
  );
};

/** What an app is told for whatever went wrong inside. */
export const sdkErrorFor = (error: unknown, platform: NativePlatform): KeylessSdkError => {
  if (error instanceof KeylessSdkError) return error;
  if (isRecognizeError(error)) {
    return new KeylessSdkError(entryOf(error, platform), {
      coreCode: error.code,
      message: error.message,
      ...numberDetail(error, 'lockoutRemainingSeconds'),
      ...numberDetail(error, 'remainingAttempts'),
      ...filtersOf(error),
      cause: error,
    });
  }
  const { message } = error as { message?: string };
  const facts = { ...(message ? { message } : {}), cause: error };
  if (error instanceof NativeFailure) return sdkErrorOf(error.numbers[platform], platform, facts);
  if (error instanceof CameraError)
    return sdkErrorOf(error.reason === 'denied' ? 30009 : 10004, platform, facts);
  if (error instanceof InvalidApiKeyError) return sdkErrorOf(20006, platform, facts);
  // The number of a storage failure differs: 20002 means "not configured" on Android.
  if (error instanceof LocalStoreError)
    return sdkErrorOf(platform === 'ios' ? 20002 : 10005, platform, facts);
  return sdkErrorOf(10000, platform, { cause: error });
};

/** The same failure under another number, where the situation has one of its own. */
export const renumbered = (
  error: RecognizeError,
  number: number,
  platform: NativePlatform,
): KeylessSdkError => {
  const { coreCode, message, lockoutRemainingSeconds, remainingAttempts } = sdkErrorFor(error, platform);
  return sdkErrorOf(number, platform, {
    ...(coreCode === undefined ? {} : { coreCode }),
    message,
    ...(lockoutRemainingSeconds === undefined ? {} : { lockoutRemainingSeconds }),
    ...(remainingAttempts === undefined ? {} : { remainingAttempts }),
    cause: error,
  });
};

/** An operation was called before `configure`. iOS has no number of its own for it. */
export const notConfigured = (platform: NativePlatform): KeylessSdkError =>
  sdkErrorOf(platform === 'android' ? 20002 : 10000, platform, {
    message: 'The SDK was used before Keyless.configure.',
  });

/** An argument that can't be right, refused before anything happens. */
export const invalidInput = (message: string): RecognizeError =>
  new RecognizeError('INVALID_INPUT', { message });
