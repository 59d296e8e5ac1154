import { CORE_ERRORS, type CoreErrorEntry } from './tables/core-errors.ts';
import {
  NATIVE_ERRORS,
  type NativeErrorEntry,
  type NativeErrorRow,
  type NativePlatform,
} from './tables/native-errors.ts';
import { SHARED_ERRORS, type SharedErrorCode, type SharedErrorEntry } from './tables/shared-errors.ts';
import { WEB_ERRORS, type WebErrorCode, type WebErrorEntry } from './tables/web-errors.ts';

export interface WebError extends WebErrorEntry {
  readonly code: WebErrorCode;
}

export interface NativeError extends NativeErrorEntry {
  readonly platform: NativePlatform;
}

export interface SharedError extends SharedErrorEntry {
  readonly code: SharedErrorCode;
}

/** An error as another surface names it. Codes may come from outside, so any string or number is allowed. */
export type ErrorReference =
  | { readonly surface: 'core'; readonly code: string }
  | { readonly surface: 'web'; readonly code: string }
  | { readonly surface: 'native'; readonly code: number; readonly platform: NativePlatform };

const FALLBACK_WEB_CODE: WebErrorCode = 'SERVER_INTERNAL_ERROR';
/** Native number of an SDK failure without a code of its own; it maps to shared 1000. */
const FALLBACK_NATIVE_NUMBER = 10000;

const SHARED_BY_NUMBER: ReadonlyMap<number, SharedError> = new Map(
  Object.entries<SharedErrorEntry>(SHARED_ERRORS).map(([code, entry]) => [
    entry.number,
    { code: code as SharedErrorCode, ...entry },
  ]),
);

/**
 * What a browser is told for a wire code (spec 06 ER-12). Unknown codes, and those no browser can meet, give
 * `SERVER_INTERNAL_ERROR`.
 */
export function webErrorFor(coreCode: string): WebError {
  const code = coreEntry(coreCode)?.web ?? FALLBACK_WEB_CODE;
  return { code, ...WEB_ERRORS[code] };
}

/** What an app is told for a wire code on its platform (spec 06 ER-12). Unknown codes: 10000. */
export function nativeErrorFor(coreCode: string, platform: NativePlatform): NativeError {
  const number = coreEntry(coreCode)?.native ?? FALLBACK_NATIVE_NUMBER;
  return nativeError(number, platform) ?? { platform, ...NATIVE_ERRORS[FALLBACK_NATIVE_NUMBER].both };
}

/** The native entry of a number, or undefined if the platform has none. */
export function nativeError(number: number, platform: NativePlatform): NativeError | undefined {
  if (!Object.hasOwn(NATIVE_ERRORS, number)) return undefined;
  const row: NativeErrorRow = NATIVE_ERRORS[number as keyof typeof NATIVE_ERRORS];
  const entry = 'both' in row ? row.both : platformEntry(row, platform);
  return entry === undefined ? undefined : { platform, ...entry };
}

/** The number of the shared model an error is reported as (spec 06 ER-12). Whatever is unknown: 1000 `SDK_ERROR`. */
export function sharedErrorFor(reference: ErrorReference): SharedError {
  return (
    SHARED_BY_NUMBER.get(sharedNumber(reference) ?? 1000) ?? { code: 'SDK_ERROR', ...SHARED_ERRORS.SDK_ERROR }
  );
}

function sharedNumber(reference: ErrorReference): number | undefined {
  switch (reference.surface) {
    case 'core':
      return coreEntry(reference.code)?.shared;
    case 'web':
      return Object.hasOwn(WEB_ERRORS, reference.code)
        ? WEB_ERRORS[reference.code as WebErrorCode].shared
        : undefined;
    case 'native':
      return nativeError(reference.code, reference.platform)?.shared;
  }
}

function coreEntry(code: string): CoreErrorEntry | undefined {
  return Object.hasOwn(CORE_ERRORS, code) ? CORE_ERRORS[code as keyof typeof CORE_ERRORS] : undefined;
}

function platformEntry(
  row: Exclude<NativeErrorRow, { readonly both: NativeErrorEntry }>,
  platform: NativePlatform,
): NativeErrorEntry | undefined {
  if (platform === 'ios') return 'ios' in row ? row.ios : undefined;
  return 'android' in row ? row.android : undefined;
}
