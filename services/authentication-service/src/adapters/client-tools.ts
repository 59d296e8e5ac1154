import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import type { ClientTools } from '@openrecognize/zkb/client';
import { nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';

/** Primitives of the client party on this machine. Make them once: the engine has memory of its own. */
export const createClientTools = (): ClientTools => ({
  suite: nodeCryptoSuite,
  engine: createWasmGarblingEngine(nodeAesBatch),
  random: nodeRandom,
});
