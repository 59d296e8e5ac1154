/**
 * The symmetric primitives of the protocol (spec 04 §2), as a port: this package calls no environment.
 * All functions are synchronous, return fresh buffers owned by the caller and retain no argument.
 */
export interface CryptoSuite {
  /** SHA-256 (FIPS 180-4), 32 bytes. */
  sha256(message: Uint8Array): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104), 32 bytes. */
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** AES-256-CTR keystream from an all-zero counter block (SP 800-38A §6.5); the key is used for nothing else. */
  aes256CtrKeystream(key: Uint8Array, lengthBytes: number): Uint8Array;
  /** AES-256-GCM (SP 800-38D) with a 12-byte nonce; returns ciphertext followed by the 16-byte tag. */
  aes256GcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Inverse of the above; `undefined` when the tag does not verify. */
  aes256GcmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined;
}

/** Fills a fresh buffer with uniformly random bytes. Deterministic in tests, the operating system's in production. */
export type RandomSource = (lengthBytes: number) => Uint8Array;
