import { isRecognizeError } from '@openrecognize/contracts';

/** What of an error may reach a log: kinds and places, never the values it was about. */
export interface SafeError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Stack frames only; the message line of a stack can carry input. */
  readonly stack: readonly string[];
  readonly cause?: SafeError;
}

const MAX_CAUSES = 5;
const MAX_FRAMES = 12;
const MAX_MESSAGE_CHARS = 300;

/** Credentials of a URL and its query, and whatever looks like a key. */
const SECRETS: readonly RegExp[] = [
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/g,
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s?]*)\?\S*/g,
  /\b(?=[A-Za-z0-9+_=-]*\d)[A-Za-z0-9+_=-]{32,}/g,
];

/** What a user may have sent: quoted text, mail addresses, paths of URLs, key values of SQL, shorter tokens. */
const VALUES: readonly RegExp[] = [
  /(["'`])(?:(?!\1).)*\1/gs,
  /\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g,
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/]*)\/\S*/g,
  /\((?:[^()]*)\)=\((?:[^()]*)\)/g,
  /\b(?=[A-Za-z0-9+/_=-]*\d)[A-Za-z0-9+/_=-]{16,}/g,
];

const without = (message: string, patterns: readonly RegExp[]): string => {
  let safe = message;
  for (const pattern of patterns) safe = safe.replace(pattern, '[…]');
  return safe.length > MAX_MESSAGE_CHARS ? `${safe.slice(0, MAX_MESSAGE_CHARS)}…` : safe;
};

/** `message` with quoted text, mail addresses, URL paths, key values and long tokens taken out. */
export const redactValues = (message: string): string => without(message, [...SECRETS, ...VALUES]);

/** `message` without credentials and keys, paths and names kept: for failures before any user input exists. */
export const redactSecrets = (message: string): string => without(message, SECRETS);

const framesOf = (error: Error): readonly string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());

/**
 * The loggable part of anything that was thrown. The text of a `RecognizeError` comes from the catalogue and is
 * kept; every other message loses its values (see {@link redactValues}).
 */
export const safeError = (thrown: unknown, depth = 0): SafeError => {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: '[…]', stack: [] };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: isRecognizeError(thrown) ? thrown.message : redactValues(thrown.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    stack: framesOf(thrown),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES
      ? { cause: safeError(thrown.cause, depth + 1) }
      : {}),
  };
};
