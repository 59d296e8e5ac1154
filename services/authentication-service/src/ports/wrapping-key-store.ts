/** Where a wrapped client state belongs; it unwraps nowhere else. */
export interface WrappingContext {
  readonly customer: string;
  readonly userId: string;
}

/** Holder of the key that wraps the client states of web users: the database alone opens none. */
export interface WrappingKeyStore {
  /** @param plaintext not modified, not retained. */
  wrap(plaintext: Uint8Array, context: WrappingContext): Promise<Uint8Array>;
  /**
   * @returns plaintext owned by the caller, who wipes it.
   * @throws RecognizeError CLIENT_STATE_INVALID for anything but the very bytes wrapped for this context
   */
  unwrap(wrapped: Uint8Array, context: WrappingContext): Promise<Uint8Array>;
}
