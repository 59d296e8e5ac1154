export { KeylessAuthDialogElement } from './define/auth-dialog-element.ts';
export { KeylessAuthElement } from './define/auth-element.ts';
export { KeylessEnrollDialogElement } from './define/enroll-dialog-element.ts';
export { KeylessEnrollElement } from './define/enroll-element.ts';
export type { KeylessElementAttributes } from './elements/recognition/element-attribute-types.ts';
export { ELEMENT_ATTRIBUTES, type ElementAttribute } from './elements/recognition/element-attributes.ts';
export { KeylessComponentsError } from './errors/keyless-components-error.ts';
export {
  KeylessElementEvent,
  type KeylessElementEventDetails,
  type KeylessFinishedDetail,
} from './errors/keyless-element-event.ts';
export { KeylessErrorEvent } from './errors/keyless-error-event.ts';
export {
  type RecognizeConfig,
  type RecognizeInit,
  type RecognizeObserver,
  type RecognizeSession,
  type RecognizeUpdate,
  recognize,
} from './facade/recognize.ts';
export { RECOGNIZE_ERROR_CODES, type RecognizeError, recognizeErrorFor } from './facade/recognize-error.ts';
export type { FilterReading } from './flow/flow-event.ts';
export { FLOW_STEPS, type FlowStep, type RecognitionSuccess } from './flow/flow-state.ts';
export { BUILT_IN_PACKS } from './locales/index.ts';
export type {
  LocalizationPack,
  LocalizationTexts,
  LocalizationVariables,
} from './locales/localization-pack.ts';
export type { RecognitionClient } from './recognition/recognition-client.ts';
export { THEME_COLORS, type ThemeColors, type ThemeName } from './themes/theme-colors.ts';
export type { ThemeOptions } from './themes/theme-options.ts';
