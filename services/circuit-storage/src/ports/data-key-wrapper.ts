export type DataKeyWrapperKind = 'file' | 'kms';

/** A data key as it may be stored. */
export interface WrappedDataKey {
  /** Names the wrapping key, 1 to 255 ASCII characters. */
  readonly keyId: string;
  /** 1 to 1,024 bytes. */
  readonly wrapped: Uint8Array;
}

export interface NewDataKey extends WrappedDataKey {
  /** 32 bytes in the clear; belong to the caller, who wipes them. */
  readonly plaintext: Uint8Array;
}

/** Makes data keys, and gives them back to who shows them wrapped. Rejects with a `DataKeyError`. */
export interface DataKeyWrapper {
  readonly kind: DataKeyWrapperKind;
  /** A fresh key, wrapped under the newest wrapping key. */
  generate(): Promise<NewDataKey>;
  /** 32 bytes, which belong to the caller. Older wrapping keys work for as long as the wrapper knows them. */
  unwrap(key: WrappedDataKey): Promise<Uint8Array>;
  close(): void;
}

/** Why there is no data key. A repetition may help: nothing about the object itself is wrong. */
export type DataKeyFailure =
  /** No wrapper of that kind or no wrapping key of that id is configured. */
  | 'KEY_UNKNOWN'
  /** The wrapping key does not fit, is disabled, or may not be used. */
  | 'KEY_REFUSED'
  /** The key service does not answer or is too busy. */
  | 'KEY_SERVICE_UNAVAILABLE';

export class DataKeyError extends Error {
  readonly code: DataKeyFailure;
  constructor(code: DataKeyFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataKeyError';
    this.code = code;
  }
}
