import {
  findAttempt,
  forgetAttempt,
  hasOtherRunning,
  peekAttempt,
  registerAttempt,
} from './attempt-registry.ts';
import type {
  KeylessClientFilter,
  KeylessServerFilter,
  KeylessServerFilterName,
} from './core/biometric-filters.ts';
import { reduceKeylessBiometricFiltersToTriggered } from './core/biometric-filters.ts';
import type {
  KeylessEventCallback,
  KeylessEventListener,
  KeylessEventName,
  KeylessFailure,
  KeylessFlashColour,
} from './core/keyless-events.ts';
import type { KeylessOptions } from './core/keyless-options.ts';

/** A token that a second device continues the session with. */
export interface KeylessTransfer {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Begins an authentication. One symbol serves one attempt.
 *
 * @example
 * const auth = createKeylessAuth()
 * addKeylessEventListener(auth, 'error', (error) => console.log(error.message))
 * await openKeylessWebSocketConnection(auth, {}) // logs CUSTOMER_UNSET
 */
export function createKeylessAuth(): symbol {
  return registerAttempt('auth');
}

/**
 * Begins an enrollment. One symbol serves one attempt.
 *
 * @example
 * const enroll = createKeylessEnroll()
 * deleteKeylessEnroll(enroll)
 */
export function createKeylessEnroll(): symbol {
  return registerAttempt('enroll');
}

/** Cancels what runs, without an event, switches the camera off and forgets the attempt. */
export function deleteKeylessAuth(attempt: symbol): void {
  forgetAttempt(attempt);
}

/** Cancels what runs, without an event, switches the camera off and forgets the attempt. */
export function deleteKeylessEnroll(attempt: symbol): void {
  forgetAttempt(attempt);
}

/**
 * Calls back at each event of that name.
 * @returns a failure for a symbol without an attempt
 */
export function addKeylessEventListener<Name extends KeylessEventName>(
  attempt: symbol,
  name: Name,
  callback: KeylessEventCallback<Name>,
): KeylessFailure | undefined {
  const found = findAttempt(attempt);
  if (found instanceof Error) {
    return found;
  }
  found.listen(name, callback);
  return undefined;
}

/**
 * Adds several listeners.
 *
 * @example
 * addKeylessEventListeners(createKeylessAuth(), [
 *   { name: 'finished', callback: ({ jwt }) => console.log(jwt) },
 *   { name: 'error', callback: ({ message }) => console.log(message) },
 * ])
 */
export function addKeylessEventListeners(
  attempt: symbol,
  listeners: readonly KeylessEventListener[],
): KeylessFailure | undefined {
  const found = findAttempt(attempt);
  if (found instanceof Error) {
    return found;
  }
  for (const { name, callback } of listeners) {
    found.listen(name, callback as KeylessEventCallback<KeylessEventName>);
  }
  return undefined;
}

/** Removes all listeners of an attempt. */
export function removeKeylessEventListeners(attempt: symbol): void {
  peekAttempt(attempt)?.unlistenAll();
}

/**
 * Connects the attempt. Resolves when the socket is open, or to the failure, which also arrives as `error` or
 * `ws-error`; all that follows arrives as events. Frames are taken as soon as the attempt has a video element, which
 * may be before or after this call.
 */
export async function openKeylessWebSocketConnection(
  attempt: symbol,
  options: KeylessOptions,
): Promise<KeylessFailure | undefined> {
  const found = findAttempt(attempt);
  if (found instanceof Error) {
    return found;
  }
  if (found.isRunning || hasOtherRunning(found)) {
    return found.report('SESSION_MANAGER_NOT_NULL');
  }
  return found.isUsed ? found.report('SESSION_MANAGER_NULL') : found.open(options);
}

/** The server's filters for the frame it judged last; empty before. */
export function getLastKeylessServerFrameResults(attempt: symbol): readonly KeylessServerFilter[] {
  return peekAttempt(attempt)?.lastFrameResults ?? [];
}

/** Names of the server filters that the last frame triggered. */
export function getLastKeylessServerFrameTriggeredBiometricFilters(
  attempt: symbol,
): KeylessServerFilterName[] {
  return reduceKeylessBiometricFiltersToTriggered(getLastKeylessServerFrameResults(attempt));
}

/** The page's filters for the frame taken last; empty before. */
export function getLastKeylessVideoFrameQuality(attempt: symbol): readonly KeylessClientFilter[] {
  return peekAttempt(attempt)?.lastVideoFrameQuality ?? [];
}

/** The server's error of this attempt, if there was one. */
export function getLastKeylessServerError(attempt: symbol): KeylessFailure | undefined {
  return peekAttempt(attempt)?.lastServerError;
}

/** When a lockout ends: of an attempt, or of the error itself. */
export function getKeylessServerLockoutExpirationDate(source: symbol | KeylessFailure): Date | undefined {
  return (typeof source === 'symbol' ? getLastKeylessServerError(source) : source)?.lockoutExpiresAt;
}

/** Colour to fill the screen with now; undefined outside a flash challenge. The event `flash` tells of changes. */
export function getKeylessFlashColour(attempt: symbol): KeylessFlashColour | undefined {
  return peekAttempt(attempt)?.flash;
}

/**
 * Asks for a token a second device can continue this session with, by the option `transfer.token`. When it does,
 * `transfer-joined` arrives here and the result follows on this page.
 */
export async function requestKeylessTransfer(attempt: symbol): Promise<KeylessTransfer | KeylessFailure> {
  const found = findAttempt(attempt);
  const grant = found instanceof Error ? found : await found.requestTransfer();
  return grant instanceof Error
    ? grant
    : { token: grant.token, expiresAt: new Date(Date.now() + grant.expiresInSeconds * 1000) };
}
