import { type HammingKernel, LABEL_BYTES, MAX_BITS } from '@openrecognize/garbled-circuits';
import { instantiateModule, type WasmMemory, type WasmModule } from './webassembly.ts';

/** Exports of `assembly/hamming-kernel.ts`. */
export interface KernelExports {
  readonly memory: WasmMemory;
  deltaOffset(): number;
  wiresOffset(): number;
  blocksOffset(): number;
  encryptedOffset(): number;
  rowsOffset(): number;
  prepareGarbling(gateCount: number, firstGate: number, carryIn: number): void;
  finishGarbling(gateCount: number, carryIn: number): void;
  prepareEvaluation(gateCount: number, firstGate: number): void;
  finishEvaluation(gateCount: number): void;
  wipe(n: number): void;
}

/**
 * A kernel in its own instance of the compiled module, half a megabyte of memory that never grows (so the
 * views stay valid). The module is public; only the instance's memory holds secrets, between the driver's
 * first write and `wipe`.
 */
export function createWasmKernel(module: WasmModule): HammingKernel {
  return kernelOf(instantiateModule(module) as KernelExports);
}

/** The kernel of an instance, which it has to itself. */
export function kernelOf(wasm: KernelExports): HammingKernel {
  const view = (offset: number, length: number) => new Uint8Array(wasm.memory.buffer, offset, length);
  return {
    name: 'wasm',
    delta: view(wasm.deltaOffset(), LABEL_BYTES),
    wires: view(wasm.wiresOffset(), LABEL_BYTES * MAX_BITS),
    blocks: view(wasm.blocksOffset(), 2 * LABEL_BYTES * MAX_BITS),
    encrypted: view(wasm.encryptedOffset(), 2 * LABEL_BYTES * MAX_BITS),
    rows: view(wasm.rowsOffset(), LABEL_BYTES * MAX_BITS),
    prepareGarbling: wasm.prepareGarbling,
    finishGarbling: wasm.finishGarbling,
    prepareEvaluation: wasm.prepareEvaluation,
    finishEvaluation: wasm.finishEvaluation,
    wipe: wasm.wipe,
  };
}
