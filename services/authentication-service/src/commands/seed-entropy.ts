import { concatBytes, utf8ToBytes, wipe } from '@openrecognize/bytes';
import {
  type ClientState,
  type ClientTools,
  openBlob,
  type SealContext,
  sealBlob,
} from '@openrecognize/zkb/client';

const seedBytes = 32;

const contextOf = ({ userId, deviceId, epoch }: ClientState): SealContext => ({
  kind: 'secret',
  userId,
  deviceId,
  epoch,
});

/**
 * Key of the seed entropy: of the seal key and the enrolled code together. The code is with the backend, sealed, and
 * comes here after a match alone, so that what this service stores does not open by itself (spec 07 WS-10).
 */
const seedKey = (tools: ClientTools, { sealKey }: ClientState, code: Uint8Array): Uint8Array => {
  // HKDF-Expand for one block (RFC 5869 §2.3): the seal key is uniform.
  const info = concatBytes(utf8ToBytes('openrecognize/web-session/v1 seed entropy'), code, Uint8Array.of(1));
  const key = tools.suite.hmacSha256(sealKey, info);
  wipe(info);
  return key;
};

/**
 * Draws the seed entropy of a user: 32 bytes that stay the same as long as the user is enrolled.
 *
 * @param code enrolled bits; not modified, not retained.
 * @returns the seed, which the caller wipes, and its sealed form to store.
 */
export const createSeedEntropy = (
  tools: ClientTools,
  state: ClientState,
  code: Uint8Array,
): { readonly seed: Uint8Array; readonly sealedSeed: Uint8Array } => {
  const seed = tools.random(seedBytes);
  const key = seedKey(tools, state, code);
  try {
    return { seed, sealedSeed: sealBlob(tools.suite, tools.random, key, contextOf(state), seed) };
  } catch (error) {
    wipe(seed);
    throw error;
  } finally {
    wipe(key);
  }
};

/**
 * Opens the seed entropy of a user who just matched.
 *
 * @param code enrolled bits, as released; not modified, not retained.
 * @returns 32 bytes the caller wipes.
 * @throws ProtocolError SEAL_REFUSED
 */
export const openSeedEntropy = (
  tools: ClientTools,
  state: ClientState,
  code: Uint8Array,
  sealedSeed: Uint8Array,
): Uint8Array => {
  const key = seedKey(tools, state, code);
  try {
    return openBlob(tools.suite, key, contextOf(state), sealedSeed);
  } finally {
    wipe(key);
  }
};
