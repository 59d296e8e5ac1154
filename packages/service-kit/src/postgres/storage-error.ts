import { isRecognizeError, RecognizeError } from '@openrecognize/contracts';

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** Names of PostgreSQL's error codes that adapters decide on. */
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const RETRYABLE_TRANSACTION = new Set(['40001', '40P01']);

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Classes 08 (connection), 53 (resources), 57P (shutdown), and a statement over its time. */
const UNAVAILABLE_STATE = /^(08...|53...|57P0[1-5]|57014|58030)$/;

/** pg reports these without a code. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Client was closed|Cannot use a pool after calling end)/;

/** Whether the database, not the statement, is what failed. */
export const isStorageFailure = (error: unknown): boolean => {
  const code = codeOf(error);
  if (SOCKET_CODES.has(code) || UNAVAILABLE_STATE.test(code)) return true;
  return error instanceof Error && code === '' && UNAVAILABLE_MESSAGE.test(error.message);
};

/** Whether a connection must not be used again: it broke, or its prepared plans no longer fit the tables. */
export const isConnectionSpoiled = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code === '57014' || /^53/.test(code)) return false;
  return isStorageFailure(error) || code === '0A000' || code === '26000';
};

/** Serialization failure or deadlock: the transaction may simply run again. */
export const isTransactionConflict = (error: unknown): boolean => RETRYABLE_TRANSACTION.has(codeOf(error));

/** Whether a row with this key exists already; `constraint` narrows it to one constraint or index. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  codeOf(error) === UNIQUE_VIOLATION &&
  (constraint === undefined || (error as { constraint?: string }).constraint === constraint);

/** Whether the row refers to one that is not there (or is still referred to). */
export const isForeignKeyViolation = (error: unknown, constraint?: string): boolean =>
  codeOf(error) === FOREIGN_KEY_VIOLATION &&
  (constraint === undefined || (error as { constraint?: string }).constraint === constraint);

/** `STORAGE_UNAVAILABLE` for failures of the database itself; everything else comes back unchanged. */
export const toStorageError = (error: unknown): unknown =>
  !isRecognizeError(error) && isStorageFailure(error)
    ? new RecognizeError('STORAGE_UNAVAILABLE', { cause: error })
    : error;
