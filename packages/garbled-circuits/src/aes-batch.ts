/**
 * AES-128 under one key, many blocks per call: the port through which engines hash. The adapters are
 * `nodeAesBatch` (`@openrecognize/garbled-circuits/node`) and {@link bitslicedAesBatch}.
 */
export interface AesBatch {
  /**
   * Encrypts each 16-byte block by itself (ECB): the first `blockCount` blocks of `input` into the first of
   * `output`. Both belong to the caller, have room for the blocks and do not overlap.
   */
  encryptBlocks(input: Uint8Array, output: Uint8Array, blockCount: number): void;
  /** Forgets the key as far as the platform allows. The batch is not used afterwards. */
  dispose(): void;
}

/** Makes an {@link AesBatch} for a 16-byte key, which is read at once and not retained as an array. */
export interface AesBatchFactory {
  readonly name: string;
  create(key: Uint8Array): AesBatch;
}
