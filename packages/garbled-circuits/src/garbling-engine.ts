import type { AesBatchFactory } from './aes-batch.ts';
import type { GarblingEngine } from './engine.ts';
import { createKernelEngine } from './kernel-engine.ts';
import { createTypeScriptKernel } from './typescript-kernel.ts';

/**
 * An engine whose mixing is plain TypeScript, on the given AES.
 * @throws CircuitError ENGINE_UNAVAILABLE on a big-endian host
 */
export function createGarblingEngine(aes: AesBatchFactory): GarblingEngine {
  return createKernelEngine(createTypeScriptKernel(), aes);
}
