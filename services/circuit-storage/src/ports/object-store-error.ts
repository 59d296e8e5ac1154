/** Why an object store could not do what it was asked to. */
export type ObjectStoreFailure =
  /** No room, or a quota is used up. */
  | 'FULL'
  /** Credentials are wrong, expired, or lack a right. */
  | 'DENIED'
  /** It asks for fewer requests. */
  | 'BUSY'
  /** No answer within the deadline. */
  | 'TIMEOUT'
  /** No connection, or one that broke. */
  | 'UNREACHABLE'
  /** The bucket does not exist. */
  | 'NO_BUCKET'
  /** The answer is an error of its own or makes no sense. */
  | 'BROKEN';

/** A failed operation. Its message names the operation, the kind of failure and the server's code, never a key. */
export class ObjectStoreError extends Error {
  readonly code: ObjectStoreFailure;
  constructor(code: ObjectStoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ObjectStoreError';
    this.code = code;
  }
}

/** An object whose content is not what was stored under its key. Unlike other failures a repetition does not help. */
export class DamagedObjectError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DamagedObjectError';
  }
}
