export type { CatalogueEntry, CoreErrorEntry, ErrorAudience } from './catalogue-entry.ts';
export {
  type ErrorBody,
  type ErrorDetails,
  errorFromBody,
  isCoreErrorCode,
  isRecognizeError,
  RecognizeError,
  type RecognizeErrorOptions,
} from './recognize-error.ts';
export { CORE_ERRORS, type CoreErrorCode } from './tables/core-errors.ts';
