import { CircuitError, createKernelEngine, type GarblingEngine } from '@openrecognize/garbled-circuits';
import { type AesExports, wasmAesBatch } from './wasm-aes-batch.ts';
import { type KernelExports, kernelOf } from './wasm-kernel.ts';
import { compileModuleLater, instantiateModule, type WasmModule } from './webassembly.ts';

export type { WasmModule } from './webassembly.ts';

/** Bytes of `web-engine.wasm`, or the module that was compiled from them. */
export type WasmEngineSource =
  | { readonly binary: Uint8Array | ArrayBuffer }
  | { readonly module: WasmModule };

/**
 * An engine that needs WebAssembly SIMD and nothing else: mixing and AES are in the module. Each engine has its own
 * half megabyte of memory, so make one and keep it; it is wiped after every call.
 *
 * @throws CircuitError ENGINE_UNAVAILABLE when the bytes are not this package's module or SIMD is missing
 */
export async function loadWasmEngine(source: WasmEngineSource): Promise<GarblingEngine> {
  try {
    return createWebEngine('module' in source ? source.module : await compileModuleLater(source.binary));
  } catch (error) {
    if (error instanceof CircuitError) throw error;
    throw new CircuitError(
      'ENGINE_UNAVAILABLE',
      'Not the module of this package, or WebAssembly SIMD is missing',
    );
  }
}

/**
 * The same, at once, from a compiled module.
 * @throws CircuitError ENGINE_UNAVAILABLE for another module
 */
export function createWebEngine(module: WasmModule): GarblingEngine {
  const wasm = instantiateModule(module) as KernelExports & AesExports;
  if (typeof wasm.encryptGroups !== 'function') {
    throw new CircuitError('ENGINE_UNAVAILABLE', 'Not web-engine.wasm of this package');
  }
  const kernel = kernelOf(wasm);
  return createKernelEngine(kernel, wasmAesBatch(wasm, { input: kernel.blocks, output: kernel.encrypted }));
}
