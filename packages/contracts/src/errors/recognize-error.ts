import { CORE_ERRORS, type CoreErrorCode, type CoreErrorEntry } from './tables/core-errors.ts';

/**
 * Public facts about one failure; never a secret, never user input (spec 06 ER-7). `LOCKED_OUT` has
 * `lockoutRemainingSeconds`, an API key that is refused `requiredKind` (spec 06 ER-8).
 */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface RecognizeErrorOptions {
  readonly details?: ErrorDetails;
  /** What went wrong underneath. Stays in the process: it is logged, never sent. */
  readonly cause?: unknown;
  /** Public message in place of the catalogue's; it crosses the wire like it. */
  readonly message?: string;
}

/** Wire form of an error (spec 06 §4). */
export interface ErrorBody {
  readonly error: {
    readonly code: CoreErrorCode;
    readonly number: number;
    readonly message: string;
    readonly details?: ErrorDetails;
  };
}

const NO_DETAILS: ErrorDetails = Object.freeze({});

/** Longest message taken over from another party, in UTF-16 units. */
const MAX_RECEIVED_MESSAGE_LENGTH = 1000;

/**
 * The one error class of the project. Its code decides number, HTTP status and retryability through the catalogue;
 * what may be shown (`message`, `details`) and what may not (`cause`) stay apart.
 */
export class RecognizeError extends Error {
  override readonly name = 'RecognizeError';
  readonly code: CoreErrorCode;
  /** Fixed number of the code. */
  readonly number: number;
  /** Status of an HTTP answer (spec 06 ER-5), or null for errors that arise on the client only. */
  readonly httpStatus: number | null;
  /**
   * True if a program may begin the same operation anew by itself (spec 06 ER-10). That the same bytes may be sent
   * again is another matter (spec 06 ER-11).
   */
  readonly retryable: boolean;
  /** Empty if there are none; frozen copy. */
  readonly details: ErrorDetails;

  constructor(code: CoreErrorCode, options: RecognizeErrorOptions = {}) {
    const entry: CoreErrorEntry = CORE_ERRORS[code];
    super(options.message ?? entry.meaning, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.number = entry.number;
    this.httpStatus = entry.httpStatus;
    this.retryable = entry.retryable;
    this.details = options.details === undefined ? NO_DETAILS : Object.freeze({ ...options.details });
  }

  /** The wire body. The cause and the stack are never part of it (spec 06 ER-4). */
  toJSON(): ErrorBody {
    const { code, number, message, details } = this;
    const hasDetails = Object.keys(details).length > 0;
    return { error: hasDetails ? { code, number, message, details } : { code, number, message } };
  }
}

/** True for errors made by this module; errors of other realms or copies of it go through `errorFromBody`. */
export function isRecognizeError(value: unknown): value is RecognizeError {
  return value instanceof RecognizeError;
}

/** True if the string is a code of the wire surface; safe for names such as `constructor`. */
export function isCoreErrorCode(value: unknown): value is CoreErrorCode {
  return typeof value === 'string' && Object.hasOwn(CORE_ERRORS, value);
}

/**
 * Reads a wire body back. The code alone decides (spec 06 ER-6): the number of the body is ignored, details of other than the
 * documented types are dropped, and whatever is no error body becomes `UNKNOWN_ERROR` with the body as cause.
 * Never throws.
 */
export function errorFromBody(body: unknown): RecognizeError {
  const error = isRecord(body) ? body['error'] : undefined;
  if (!isRecord(error) || !isCoreErrorCode(error['code'])) {
    return new RecognizeError('UNKNOWN_ERROR', { cause: body });
  }
  const message = error['message'];
  const details = isRecord(error['details']) ? pickDetails(error['details']) : undefined;
  return new RecognizeError(error['code'], {
    ...(typeof message === 'string' && message !== ''
      ? { message: message.slice(0, MAX_RECEIVED_MESSAGE_LENGTH) }
      : {}),
    ...(details === undefined ? {} : { details }),
  });
}

/** spec 06 ER-7. */
function pickDetails(received: Record<string, unknown>): ErrorDetails {
  return Object.fromEntries(Object.entries(received).filter(isDetail));
}

function isDetail(entry: [string, unknown]): entry is [string, ErrorDetails[string]] {
  const value = entry[1];
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
