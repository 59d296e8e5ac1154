import {
  type AesBatchFactory,
  createKernelEngine,
  type GarblingEngine,
} from '@openrecognize/garbled-circuits';
import { loadNodeModule } from './load-node-module.ts';
import { createWasmKernel } from './wasm-kernel.ts';

export { createWasmKernel } from './wasm-kernel.ts';
export { compileModule, type WasmModule } from './webassembly.ts';

/**
 * An engine whose mixing is WebAssembly SIMD, for Node, on the given AES (`nodeAesBatch` for speed). Made
 * synchronously; each engine has its own half megabyte of memory, so make one and keep it.
 *
 * @throws CircuitError ENGINE_UNAVAILABLE when `dist/engine.wasm` is not built or SIMD is missing
 */
export function createWasmGarblingEngine(aes: AesBatchFactory): GarblingEngine {
  return createKernelEngine(createWasmKernel(loadNodeModule()), aes);
}
