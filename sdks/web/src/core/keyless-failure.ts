import type { KeylessServerFilterName } from './biometric-filters.ts';
import type { KeylessError } from './keyless-error.ts';
import type { KeylessFailure } from './keyless-events.ts';

/** What a failure may carry beside its code. */
export interface FailureDetails {
  readonly cause?: unknown;
  readonly filters?: readonly KeylessServerFilterName[] | undefined;
  readonly lockoutExpiresAt?: Date | undefined;
  readonly retryable?: boolean | undefined;
}

/** An `Error` whose message is the code. It is handed out, never thrown, by all functions but one. */
export function keylessFailure(code: KeylessError, details: FailureDetails = {}): KeylessFailure {
  const { cause, ...known } = details;
  const error = new Error(code, cause === undefined ? undefined : { cause });
  error.name = 'KeylessError';
  const present = Object.entries(known).filter(([, value]) => value !== undefined);
  return Object.assign(error, Object.fromEntries(present)) as KeylessFailure;
}

const SOCKET_CODES: ReadonlySet<KeylessError> = new Set<KeylessError>([
  'WEB_SOCKET_ERROR',
  'WEB_SOCKET_OPEN',
  'WEB_SOCKET_TIMEOUT',
  'WEB_SOCKET_UNEXPECTED_CLOSE',
]);

/** Name of the event a code arrives with. */
export function eventNameOf(code: KeylessError): 'error' | 'ws-error' {
  return SOCKET_CODES.has(code) ? 'ws-error' : 'error';
}
