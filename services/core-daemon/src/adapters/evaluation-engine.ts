import { CircuitError, createGarblingEngine, type GarblingEngine } from '@openrecognize/garbled-circuits';
import { nodeAesBatch } from '@openrecognize/garbled-circuits/node';
import { createWasmGarblingEngine } from '@openrecognize/garbled-circuits-wasm';
import type { Service } from '@openrecognize/service-kit';

/** The fastest engine of this machine: WebAssembly SIMD, plain TypeScript where there is none. */
export const createEvaluationEngine = ({ log }: Pick<Service, 'log'>): GarblingEngine => {
  try {
    return createWasmGarblingEngine(nodeAesBatch);
  } catch (error) {
    if (!(error instanceof CircuitError)) throw error;
    log.warn({ code: error.code }, 'no WebAssembly engine, circuits are evaluated more slowly');
    return createGarblingEngine(nodeAesBatch);
  }
};
