import { isRecognizeError, WEB_ERRORS, webErrorFor } from '@openrecognize/contracts';
import {
  type ServerFilterName,
  WEB_SESSION_ERROR_CODES,
  type WebSessionErrorCode,
} from '@openrecognize/contracts/ws';
import type { SessionFailure } from './session-state.ts';

const isSessionCode = (code: string): code is WebSessionErrorCode =>
  (WEB_SESSION_ERROR_CODES as readonly string[]).includes(code);

/** What a client is told of a code; message and retryability are those of the error catalogue (spec 06). */
export const sessionFailure = (
  code: WebSessionErrorCode,
  more: Pick<SessionFailure, 'filters' | 'lockoutExpiresAt'> = {},
): SessionFailure => ({
  code,
  message: WEB_ERRORS[code].meaning,
  retryable: WEB_ERRORS[code].retryable,
  ...more,
});

/** The pictures did not do: `filters` says what to change, none means that they did not look live. */
export const recognitionFailure = (filters: readonly ServerFilterName[]): SessionFailure =>
  sessionFailure('SERVER_RECOGNITION_FAILED', filters.length === 0 ? {} : { filters });

const codeOf = (error: unknown): WebSessionErrorCode => {
  if (!isRecognizeError(error)) return 'SERVER_INTERNAL_ERROR';
  // A service behind this one could not be reached; the client's own connection is fine.
  if (error.code === 'NET_CONNECTION_FAILED') return 'SERVER_UNAVAILABLE_SERVICE';
  // It is the one kept here for the user: clients of a web session send none.
  if (error.code === 'CLIENT_STATE_INVALID') return 'SERVER_INTERNAL_ERROR';
  const { code } = webErrorFor(error.code);
  return isSessionCode(code) ? code : 'SERVER_INTERNAL_ERROR';
};

/** The `SERVER_*` failure an error of this service or one behind it is told as (spec 07 WS-8). */
export const sessionFailureOf = (error: unknown, nowMs: number): SessionFailure => {
  const code = codeOf(error);
  const details = isRecognizeError(error) ? error.details : {};
  if (code !== 'SERVER_USER_LOCKED_OUT') return sessionFailure(code);
  const seconds = Number(details['lockoutRemainingSeconds'] ?? 0);
  const lockoutExpiresAt = new Date(nowMs + seconds * 1_000);
  // Details come from another service: a number that is none must not end more than this session.
  if (Number.isNaN(lockoutExpiresAt.getTime())) return sessionFailure(code);
  return sessionFailure(code, { lockoutExpiresAt: lockoutExpiresAt.toISOString() });
};
