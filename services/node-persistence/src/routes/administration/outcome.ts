import { type CoreErrorCode, RecognizeError } from '@openrecognize/contracts';

/** The value, or the error for its absence. @throws RecognizeError with `code` */
export const foundOr = <T>(value: T | undefined, code: CoreErrorCode): T => {
  if (value === undefined) throw new RecognizeError(code);
  return value;
};

/** The value, or the error its outcome stands for. @throws RecognizeError */
export const unlessRefused = <T extends object | string, R extends Extract<T, string>>(
  value: T,
  refusals: Readonly<Record<R, CoreErrorCode>>,
): Exclude<T, R> => {
  const code = typeof value === 'string' ? (refusals as Record<string, CoreErrorCode>)[value] : undefined;
  if (code !== undefined) throw new RecognizeError(code);
  return value as Exclude<T, R>;
};
