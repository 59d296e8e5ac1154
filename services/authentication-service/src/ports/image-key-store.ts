/** Public half of the RSA key, as callers need it. */
export interface ImagePublicKey {
  /** Names the key answers to, its id first. */
  readonly keyIds: readonly string[];
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** Holder of the RSA key under which callers wrap the keys of their photos and client states. */
export interface ImageKeyStore {
  /** @throws RecognizeError SERVICE_UNAVAILABLE when the holder can't be reached */
  publicKey(): Promise<ImagePublicKey>;
  /**
   * Unwraps by RSAES-OAEP (RFC 8017 §7.1) with SHA-256, for the label hash and for MGF1.
   *
   * @param keyId id of the RSA key, or `alias/<name>`.
   * @returns the raw key, owned by the caller; undefined for an unknown id and for anything that does not unwrap.
   * @throws RecognizeError SERVICE_UNAVAILABLE when the holder can't be reached
   */
  unwrap(keyId: string, wrapped: Uint8Array): Promise<Uint8Array | undefined>;
}
