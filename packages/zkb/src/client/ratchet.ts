import { wipe } from '@openrecognize/bytes';
import type { CryptoSuite } from '../suite/crypto-suite.ts';
import { hkdfExpand, keyLabel } from '../suite/hkdf-expand.ts';

const inputInfo = keyLabel('ratchet input');
const chainInfo = keyLabel('ratchet chain');

/** Input labels of one circuit: what the client needs to garble it or to answer with it. Secret. */
export interface CircuitInputs {
  /** Global offset of free XOR, 16 bytes, lowest bit of byte 0 set. */
  readonly delta: Uint8Array;
  /** Y_i, 16 bytes for each code bit. */
  readonly labels: Uint8Array;
}

/** chainKey_{i+1} from chainKey_i (spec 04 §3.1). The argument is not wiped. */
export const nextChainKey = (suite: CryptoSuite, chainKey: Uint8Array): Uint8Array =>
  hkdfExpand(suite, chainKey, chainInfo);

/**
 * Walks the chain from one index to another; every key in between is wiped, the first one stays the caller's.
 *
 * @param steps at least 0. With 0 the result is a copy.
 */
export const advanceChainKey = (suite: CryptoSuite, chainKey: Uint8Array, steps: number): Uint8Array => {
  let current: Uint8Array = chainKey.slice();
  for (let i = 0; i < steps; i++) {
    const next = nextChainKey(suite, current);
    wipe(current);
    current = next;
  }
  return current;
};

/**
 * delta and Y_i of the circuit whose chain key this is (spec 04 §3.1): an AES-256-CTR stream under inputKey_i,
 * its first block delta with the lowest bit set, the rest Y_i.
 *
 * @returns views into one buffer owned by the caller; `wipeCircuitInputs` clears it.
 */
export const deriveCircuitInputs = (
  suite: CryptoSuite,
  chainKey: Uint8Array,
  codeBits: number,
): CircuitInputs => {
  const inputKey = hkdfExpand(suite, chainKey, inputInfo);
  const stream = suite.aes256CtrKeystream(inputKey, 16 * (codeBits + 1));
  wipe(inputKey);
  stream[0]! |= 1;
  return { delta: stream.subarray(0, 16), labels: stream.subarray(16) };
};

/** Clears what `deriveCircuitInputs` gave. */
export const wipeCircuitInputs = (inputs: CircuitInputs): void => {
  wipe(inputs.delta);
  wipe(inputs.labels);
};
