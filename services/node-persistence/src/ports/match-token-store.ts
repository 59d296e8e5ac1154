export interface MatchToken {
  readonly circuitIndex: number;
  /** SHA-256 of the output label, 32 bytes. */
  readonly tokenHash: Uint8Array;
}

export interface MatchTokenStore {
  /**
   * Stores all or none; the same hash at the same index is accepted again. `conflict`: an index holds another hash
   * or was taken already. No index may occur twice in `tokens`.
   */
  putMatchTokens(
    userId: string,
    deviceId: string,
    tokens: readonly MatchToken[],
  ): Promise<'stored' | 'conflict' | 'device-not-found'>;
  /** Returns the hash to exactly one caller, ever. */
  takeMatchToken(
    userId: string,
    deviceId: string,
    circuitIndex: number,
    nowMs: number,
  ): Promise<Uint8Array | undefined>;
}
