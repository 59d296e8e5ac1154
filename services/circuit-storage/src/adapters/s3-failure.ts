import { ObjectStoreError, type ObjectStoreFailure } from '../ports/object-store-error.ts';

/** Codes of S3 and of servers that speak its protocol, with those of the runtime's sockets. */
const FAILURES: Readonly<Record<ObjectStoreFailure, readonly string[]>> = {
  FULL: ['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull', 'ENOSPC'],
  DENIED: [
    'AccessDenied',
    'AccountProblem',
    'AllAccessDisabled',
    'CredentialsProviderError',
    'ExpiredToken',
    'InvalidAccessKeyId',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
  ],
  BUSY: ['SlowDown', 'ServiceUnavailable', 'ThrottlingException', 'Throttling', 'TooManyRequests'],
  TIMEOUT: ['TimeoutError', 'AbortError', 'RequestTimeout', 'ETIMEDOUT'],
  UNREACHABLE: [
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EPIPE',
    'ECONNABORTED',
  ],
  NO_BUCKET: ['NoSuchBucket'],
  BROKEN: [],
};

const byCode = new Map(
  Object.entries(FAILURES).flatMap(([failure, codes]) =>
    codes.map((code) => [code, failure as ObjectStoreFailure] as const),
  ),
);

/** Where an answer without a body, as to a HEAD, has no code but its status. */
const byStatus: Readonly<Record<number, ObjectStoreFailure>> = {
  401: 'DENIED',
  403: 'DENIED',
  404: 'NO_BUCKET',
  408: 'TIMEOUT',
  429: 'BUSY',
  503: 'BUSY',
  507: 'FULL',
};

interface Failed {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const codesOf = ({ name, code, Code }: Failed): readonly string[] =>
  [Code, code, name].filter((one) => typeof one === 'string');

/** What a thrown error of the S3 client means. */
export const s3Failure = (operation: string, thrown: unknown): ObjectStoreError => {
  if (thrown instanceof ObjectStoreError) return thrown;
  const failed: Failed = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const codes = codesOf(failed);
  const status = failed.$metadata?.httpStatusCode;
  const known = codes.find((code) => byCode.has(code));
  const failure = (known === undefined ? undefined : byCode.get(known)) ?? byStatus[status ?? 0] ?? 'BROKEN';
  const answer = status === undefined ? '' : `, HTTP ${status}`;
  const message = `${operation}: ${known ?? codes[0] ?? 'unknown failure'}${answer}`;
  return new ObjectStoreError(failure, message, { cause: thrown });
};

/** The same for one object of a batch, by the code the server gave for it. */
export const s3ObjectFailure = (operation: string, code: string | undefined): ObjectStoreError =>
  new ObjectStoreError(byCode.get(code ?? '') ?? 'BROKEN', `${operation}: ${code ?? 'unknown failure'}`);
