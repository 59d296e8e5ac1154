export type {
  KeylessBiometricFilter,
  KeylessBiometricFilterName,
  KeylessClientFilter,
  KeylessClientFilterName,
  KeylessServerFilter,
  KeylessServerFilterName,
} from './core/biometric-filters.ts';
export { reduceKeylessBiometricFiltersToTriggered } from './core/biometric-filters.ts';
export { KeylessError } from './core/keyless-error.ts';
export type {
  KeylessBeginStreamEvent,
  KeylessCloseEvent,
  KeylessEventCallback,
  KeylessEventListener,
  KeylessEventMap,
  KeylessEventName,
  KeylessFaceBox,
  KeylessFailure,
  KeylessFinishedEvent,
  KeylessFlashColour,
  KeylessFlashEvent,
  KeylessFrameResults,
  KeylessJwtAliases,
  KeylessPlainEvent,
  KeylessTransferJoinedEvent,
  KeylessTransferSubject,
  KeylessVideoFrameQuality,
} from './core/keyless-events.ts';
export type { KeylessFrameEncoding, KeylessOptions } from './core/keyless-options.ts';
export type * from './keyless-web-sdk.ts';
