import { KeylessSdkError } from '@keyless/sdk-mobile';
import {
  CORE_ERRORS,
  isRecognizeError,
  type NativePlatform,
  nativeErrorFor,
  type RecognizeError,
} from '@openrecognize/contracts';

export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notMatching: 3,
  lockedOut: 4,
  imageRefused: 5,
  unreachable: 6,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line itself is wrong, or nothing is set up. One sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What is told of a failure. */
export interface CliFailure {
  readonly exitCode: ExitCode;
  /** Native number and case name; absent for a wrong command line. */
  readonly code?: number;
  readonly caseName?: string;
  readonly coreCode?: string;
  readonly message: string;
  readonly nextStep?: string;
  readonly lockoutRemainingSeconds?: number;
  readonly remainingAttempts?: number;
  readonly triggeredFilters?: readonly string[];
}

const unreachableCodes: ReadonlySet<string> = new Set([
  'NET_CONNECTION_FAILED',
  'SERVICE_UNAVAILABLE',
  'SERVICE_TIMEOUT',
]);

const exitCodeOf = (code: number, coreCode: string | undefined): ExitCode => {
  if (coreCode !== undefined && unreachableCodes.has(coreCode)) return exitCodes.unreachable;
  if (coreCode?.startsWith('IMAGE_')) return exitCodes.imageRefused;
  switch (code) {
    case 30004:
      return exitCodes.notMatching;
    case 30005:
      return exitCodes.unreachable;
    case 30007:
      return exitCodes.lockedOut;
    case 30008:
      return exitCodes.imageRefused;
    default:
      return exitCodes.failure;
  }
};

const ofSdkError = (error: KeylessSdkError): CliFailure => {
  const { code, caseName, coreCode, message, nextStep } = error;
  const { lockoutRemainingSeconds, remainingAttempts, triggeredFilters } = error;
  return {
    exitCode: exitCodeOf(code, coreCode),
    code,
    caseName,
    ...(coreCode === undefined ? {} : { coreCode }),
    message,
    nextStep,
    ...(lockoutRemainingSeconds === undefined ? {} : { lockoutRemainingSeconds }),
    ...(remainingAttempts === undefined ? {} : { remainingAttempts }),
    ...(triggeredFilters.length === 0 ? {} : { triggeredFilters }),
  };
};

const ofServiceError = (error: RecognizeError, platform: NativePlatform): CliFailure => {
  const { number, name } = nativeErrorFor(error.code, platform);
  return {
    exitCode: exitCodeOf(number, error.code),
    code: number,
    caseName: name,
    coreCode: error.code,
    message: error.message,
    nextStep: CORE_ERRORS[error.code].nextStep,
  };
};

/** Sorts whatever a command threw. */
export const failureOf = (error: unknown, platform: NativePlatform): CliFailure => {
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, message: error.message };
  if (error instanceof KeylessSdkError) return ofSdkError(error);
  if (isRecognizeError(error)) return ofServiceError(error, platform);
  return { exitCode: exitCodes.failure, message: error instanceof Error ? error.message : String(error) };
};

/** Lines for a terminal: the error, what belongs to it, what to do. */
export const describeFailure = (failure: CliFailure): string[] => {
  const { code, caseName, coreCode, message, nextStep } = failure;
  const title = code === undefined ? 'error' : `error ${code} ${caseName}`;
  const origin = coreCode === undefined || coreCode === caseName ? '' : ` (${coreCode})`;
  const lines = [`${title}: ${message}${origin}`];
  if (failure.lockoutRemainingSeconds)
    lines.push(`  locked for another ${failure.lockoutRemainingSeconds} s`);
  if (failure.remainingAttempts)
    lines.push(`  ${failure.remainingAttempts} attempts left before a suspension`);
  if (failure.triggeredFilters) lines.push(`  refused by: ${failure.triggeredFilters.join(', ')}`);
  if (nextStep !== undefined) lines.push(`  next: ${nextStep}`);
  return lines;
};
