import { VisionError } from './vision-error.ts';

/** Memory of an instance. */
export interface WasmMemory<Buffer extends ArrayBufferLike = ArrayBufferLike> {
  readonly buffer: Buffer;
}

// Present in every engine this runs on, but declared in no library file without the DOM's.
declare const WebAssembly: {
  compile(bytes: Uint8Array | ArrayBuffer): Promise<VisionModule>;
  readonly Instance: new (module: VisionModule, imports: object) => { readonly exports: unknown };
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
};

/** A compiled module; opaque, may be posted to workers. */
export interface VisionModule {
  readonly [Symbol.toStringTag]?: string;
}

/** 64 KiB pages of both modules (`scripts/build-wasm.mjs`). */
const PAGES = 96;

/**
 * Compiles the bytes of `vision.wasm` or `vision-threads.wasm`. The result is public and may serve any number of
 * detectors and encoders.
 * @throws VisionError MODULE_INVALID
 */
export async function loadVisionModule(bytes: Uint8Array | ArrayBuffer): Promise<VisionModule> {
  try {
    return await WebAssembly.compile(bytes);
  } catch {
    throw new VisionError('MODULE_INVALID', 'No WebAssembly module, or WebAssembly SIMD is missing');
  }
}

/**
 * The exports of a new instance that are checked to have `marker` among them. Memory is imported by the threaded
 * module alone.
 * @throws VisionError MODULE_INVALID
 */
export function instantiate<Exports extends object>(
  module: VisionModule,
  marker: keyof Exports & string,
  memory?: WasmMemory,
): Exports {
  let exports: unknown;
  try {
    exports = new WebAssembly.Instance(module, memory ? { env: { memory } } : {}).exports;
  } catch {
    throw new VisionError('MODULE_INVALID', 'Not the expected module of this package');
  }
  if (typeof (exports as Record<string, unknown>)[marker] !== 'function') {
    throw new VisionError('MODULE_INVALID', 'Another module than the expected one of this package');
  }
  return exports as Exports;
}

/**
 * Memory that workers share.
 * @throws VisionError MODULE_INVALID where the page is not cross-origin isolated
 */
export function createSharedMemory(): WasmMemory<SharedArrayBuffer> {
  try {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
    if (memory.buffer instanceof SharedArrayBuffer) return memory as WasmMemory<SharedArrayBuffer>;
  } catch {
    // Told below.
  }
  throw new VisionError('MODULE_INVALID', 'No shared memory: the page is not cross-origin isolated');
}
