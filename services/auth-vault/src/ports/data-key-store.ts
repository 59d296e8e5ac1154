/** Where a data key belongs: it opens for no other tenant and user. */
export interface DataKeyContext {
  readonly customer: string;
  readonly userId: string;
}

/** A fresh data key, in the clear and wrapped. */
export interface DataKey {
  /** 32 bytes, owned by the caller, who wipes them. */
  readonly plaintext: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** Holder of one wrapping key: a file or a key service. */
export interface DataKeyStore {
  generate(context: DataKeyContext): Promise<DataKey>;
  /**
   * @returns 32 bytes owned by the caller; undefined for anything but a key that was wrapped here for this context.
   * @throws whatever the holder of the wrapping key fails with
   */
  open(wrapped: Uint8Array, context: DataKeyContext): Promise<Uint8Array | undefined>;
}
