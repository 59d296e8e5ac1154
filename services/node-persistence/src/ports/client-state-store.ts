export type PutClientStateOutcome =
  | { readonly outcome: 'stored'; readonly version: number }
  | { readonly outcome: 'user-not-found' | 'conflict' };

export interface ClientState {
  /** Counts up by one, from 1. */
  readonly version: number;
  /** Opaque: wrapped by the authentication-service. */
  readonly wrapped: Uint8Array;
}

export interface ClientStateStore {
  /** `expectedVersion` 0: nothing is stored yet. */
  putClientState(
    tenantId: number,
    userId: string,
    expectedVersion: number,
    wrapped: Uint8Array,
  ): Promise<PutClientStateOutcome>;
  readClientState(tenantId: number, userId: string): Promise<ClientState | undefined>;
}
