import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import type { ClientTools } from '@openrecognize/zkb/client';
import { nodeCryptoSuite, nodeRandom } from '@openrecognize/zkb/node';

/**
 * Primitives of a client party that runs on Node: WebAssembly over the AES of OpenSSL, and its randomness. Make them
 * once: the engine has memory of its own.
 */
export const createNodeClientTools = (): ClientTools => ({
  suite: nodeCryptoSuite,
  engine: createWasmGarblingEngine(nodeAesBatch),
  random: nodeRandom,
});
