export type { CatalogueEntry, ErrorAudience } from './catalogue-entry.ts';
export {
  type ErrorReference,
  type NativeError,
  nativeError,
  nativeErrorFor,
  type SharedError,
  sharedErrorFor,
  type WebError,
  webErrorFor,
} from './error-lookup.ts';
export { type LogMessageValues, logMessage } from './log-message.ts';
export {
  type ErrorBody,
  type ErrorDetails,
  errorFromBody,
  isCoreErrorCode,
  isRecognizeError,
  RecognizeError,
  type RecognizeErrorOptions,
} from './recognize-error.ts';
export { AGENT_ERRORS, type AgentErrorEntry } from './tables/agent-errors.ts';
export { CORE_ERRORS, type CoreErrorCode, type CoreErrorEntry } from './tables/core-errors.ts';
export {
  LOG_ERRORS,
  type LogErrorCode,
  type LogErrorEntry,
  type LogErrorService,
} from './tables/log-errors.ts';
export {
  NATIVE_ERRORS,
  type NativeErrorEntry,
  type NativeErrorGroup,
  type NativeErrorNumber,
  type NativeErrorRow,
  type NativePlatform,
} from './tables/native-errors.ts';
export {
  SHARED_ERRORS,
  type SharedErrorCode,
  type SharedErrorEntry,
  type SharedErrorGroup,
} from './tables/shared-errors.ts';
export {
  WEB_ERRORS,
  type WebErrorCode,
  type WebErrorEntry,
  type WebErrorGroup,
} from './tables/web-errors.ts';
