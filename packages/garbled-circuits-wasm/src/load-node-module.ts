import { readFileSync } from 'node:fs';
import { CircuitError } from '@openrecognize/garbled-circuits';
import { compileModule, type WasmModule } from './webassembly.ts';

let cached: WasmModule | undefined;

/**
 * The compiled engine module, read from this package's `dist` once per process.
 * @throws CircuitError ENGINE_UNAVAILABLE when the file is missing or WebAssembly SIMD is
 */
export function loadNodeModule(): WasmModule {
  // From src/ and from dist/ alike, so that tests run from source use the same file.
  const url = new URL('../dist/engine.wasm', import.meta.url);
  try {
    cached ??= compileModule(readFileSync(url));
    return cached;
  } catch (cause) {
    const missing = (cause as { code?: unknown }).code === 'ENOENT';
    throw new CircuitError(
      'ENGINE_UNAVAILABLE',
      missing ? 'dist/engine.wasm is not built: run scripts/build-wasm.mjs' : 'WebAssembly SIMD is missing',
    );
  }
}
