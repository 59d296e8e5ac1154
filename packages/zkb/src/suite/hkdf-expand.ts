import { concatBytes, utf8ToBytes, wipe } from '@openrecognize/bytes';
import type { CryptoSuite } from './crypto-suite.ts';

/**
 * HKDF-Expand for one output block (RFC 5869 §2.3, L = 32, so T(1) alone). Extract is left out: every key it is
 * called with is already uniform (RFC 5869 §3.3).
 *
 * @param key 32 uniform bytes, not retained.
 * @returns 32 bytes owned by the caller.
 */
export const hkdfExpand = (suite: CryptoSuite, key: Uint8Array, info: Uint8Array): Uint8Array => {
  const block = concatBytes(info, Uint8Array.of(1));
  const output = suite.hmacSha256(key, block);
  wipe(block);
  return output;
};

/** Label of a derived key, with an optional binary context. */
export const keyLabel = (label: string, context: Uint8Array = new Uint8Array(0)): Uint8Array =>
  concatBytes(utf8ToBytes(`openrecognize/zkb/v1 ${label}`), context);
