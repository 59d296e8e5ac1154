export {
  addKeylessEventListener,
  addKeylessEventListeners,
  createKeylessAuth,
  createKeylessEnroll,
  deleteKeylessAuth,
  deleteKeylessEnroll,
  getKeylessFlashColour,
  getKeylessServerLockoutExpirationDate,
  // Names before 2.4 and 2.3.1.
  getKeylessServerLockoutExpirationDate as getServerLockoutExpirationDate,
  getLastKeylessServerError,
  getLastKeylessServerFrameResults,
  getLastKeylessServerFrameResults as getLastKeylessFrameResults,
  getLastKeylessServerFrameTriggeredBiometricFilters,
  getLastKeylessServerFrameTriggeredBiometricFilters as getLastKeylessFrameTriggeredBiometricFilters,
  getLastKeylessVideoFrameQuality,
  getLastKeylessVideoFrameQuality as getLastVideoFrameQuality,
  type KeylessTransfer,
  openKeylessWebSocketConnection,
  removeKeylessEventListeners,
  requestKeylessTransfer,
} from './attempt-functions.ts';
export {
  createKeylessMediaStream,
  createKeylessVideoElement,
  createKeylessVideoStream,
  getKeylessCameraPermissionState,
  getKeylessVideoMediaDevices,
  isKeylessVideoMediaStreamAvailable,
  type KeylessVideoElementOptions,
  setKeylessCameraPermissionStorageItem,
} from './camera-functions.ts';
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
export type { KeylessMediaStreamOptions } from './dom/camera.ts';
export type { KeylessCameraPermissionState } from './dom/camera-permission.ts';
export { KeylessAuth, type KeylessCollectedFrame, KeylessEnroll } from './legacy/keyless-attempt.ts';
export type { LegacyEventMap, LegacyEventName } from './legacy/legacy-event-map.ts';
export { importKeylessWebAssemblyModule, importKeylessWebAssemblyModuleOrThrow } from './wasm-functions.ts';
export type { KeylessFileAddress, KeylessWebAssemblyModuleOptions } from './worker/module-options.ts';
