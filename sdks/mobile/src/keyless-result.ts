import { KeylessSdkError } from './keyless-sdk-error.ts';

/** Outcome of an operation as a value. */
export type KeylessResult<T> = (
  | { readonly isSuccess: true; readonly value: T }
  | { readonly isSuccess: false; readonly error: KeylessSdkError }
) & {
  /** Calls the one that applies and gives what it returns. */
  fold<R>(handlers: {
    readonly onSuccess: (value: T) => R;
    readonly onFailure: (error: KeylessSdkError) => R;
  }): R;
};

export const successResult = <T>(value: T): KeylessResult<T> => ({
  isSuccess: true,
  value,
  fold: ({ onSuccess }) => onSuccess(value),
});

export const failureResult = <T>(error: KeylessSdkError): KeylessResult<T> => ({
  isSuccess: false,
  error,
  fold: ({ onFailure }) => onFailure(error),
});

/**
 * Turns the promise of an operation into one of a result that never rejects with a `KeylessSdkError`.
 *
 * @example
 * const result = await resultOf(keyless.authenticate(new BiomAuthConfig()));
 * result.fold({ onSuccess: ({ signedJwt }) => send(signedJwt), onFailure: ({ code }) => explain(code) });
 */
export const resultOf = async <T>(operation: Promise<T>): Promise<KeylessResult<T>> => {
  try {
    return successResult(await operation);
  } catch (error) {
    if (!(error instanceof KeylessSdkError)) throw error;
    return failureResult(error);
  }
};
