/** Holder of the RSA keys under which callers wrap the keys of their photos. */
export interface ImageKeyStore {
  /**
   * Unwraps by RSAES-OAEP (RFC 8017 §7.1) with SHA-256, for the label hash and for MGF1.
   *
   * @param keyId id of the RSA key, or `alias/<name>`.
   * @returns the raw key, owned by the caller; undefined for an unknown id and for anything that does not unwrap.
   * @throws RecognizeError SERVICE_UNAVAILABLE when the holder can't be reached
   */
  unwrap(keyId: string, wrapped: Uint8Array): Promise<Uint8Array | undefined>;
}
