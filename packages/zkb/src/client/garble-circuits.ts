import { wipe } from '@openrecognize/bytes';
import type { GarblingEngine } from '@openrecognize/garbled-circuits';
import type { BatchedCircuit } from '../messages/circuit-batch.ts';
import { matchTokenOf } from '../messages/match-token.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { CryptoSuite, RandomSource } from '../suite/crypto-suite.ts';
import type { ClientState } from './client-state.ts';
import { selectCodeLabels } from './code-labels.ts';
import { advanceChainKey, deriveCircuitInputs, nextChainKey, wipeCircuitInputs } from './ratchet.ts';

/** What every client step is given: primitives, engine and randomness, never taken from the environment. */
export interface ClientTools {
  readonly suite: CryptoSuite;
  readonly engine: GarblingEngine;
  readonly random: RandomSource;
}

export interface GarbledCircuits {
  /** With match token hashes, ready for `encodeCircuitBatch`. */
  readonly circuits: readonly BatchedCircuit[];
  /** Persist it before the circuits leave: an index is garbled once in its life (spec 04 ZK-4). */
  readonly state: ClientState;
}

const garbleOne = (tools: ClientTools, state: ClientState, chainKey: Uint8Array, code: Uint8Array) => {
  const inputs = deriveCircuitInputs(tools.suite, chainKey, state.codeBits);
  const zeroLabels = selectCodeLabels(inputs, code);
  // The hash key travels in the payload and is erased here (spec 04 ZK-5): without it a stolen state can't
  // compute an output label of a circuit that waits at the server.
  const hashKey = tools.random(16);
  try {
    return tools.engine.garbleHamming({
      n: state.codeBits,
      threshold: state.threshold,
      zeroLabels,
      delta: inputs.delta,
      hashKey,
    });
  } finally {
    wipe(hashKey);
    wipe(zeroLabels);
    wipeCircuitInputs(inputs);
  }
};

/**
 * Garbles fresh circuits over the enrolled code.
 *
 * @param code enrolled bits, `codeBits / 8` bytes; not modified, the caller wipes it.
 * @param fromIndex lowest index the server accepts; indices this client garbled before are skipped.
 * @throws ProtocolError CODE_LENGTH_MISMATCH
 */
export const garbleCircuits = (
  tools: ClientTools,
  state: ClientState,
  code: Uint8Array,
  fromIndex: number,
  count: number,
): GarbledCircuits => {
  if (code.length * 8 !== state.codeBits) {
    throw new ProtocolError('CODE_LENGTH_MISMATCH', 'code and state differ in length');
  }
  const first = Math.max(fromIndex, state.garbledTo);
  const circuits: BatchedCircuit[] = [];
  let chainKey = advanceChainKey(tools.suite, state.chainKey, first - state.nextIndex);
  for (let index = first; index < first + count; index++) {
    const { payload, matchLabel } = garbleOne(tools, state, chainKey, code);
    circuits.push({ circuitIndex: index, tokenHash: matchTokenOf(tools.suite, matchLabel), payload });
    wipe(matchLabel);
    const next = nextChainKey(tools.suite, chainKey);
    wipe(chainKey);
    chainKey = next;
  }
  wipe(chainKey);
  return { circuits, state: { ...state, garbledTo: first + count } };
};
