export interface UsedTokenStore {
  /**
   * Marks a token as used until it expires; true for exactly one caller.
   *
   * @param tokenSha256 32 bytes.
   */
  useTokenOnce(tokenSha256: Uint8Array, expiresAtMs: number): Promise<boolean>;
}
