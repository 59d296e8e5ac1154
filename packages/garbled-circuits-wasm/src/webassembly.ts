// Present in every engine this runs on, but declared in no library file without the DOM's.
declare const WebAssembly: {
  compile(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule>;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
};

/** A compiled module; opaque. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** Memory of an instance. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Compiles the bytes of a module, off the calling thread where the platform can. */
export function compileModuleLater(bytes: Uint8Array | ArrayBuffer): Promise<WasmModule> {
  return WebAssembly.compile(bytes);
}

/** Compiles the bytes of a module, synchronously. */
export function compileModule(bytes: Uint8Array): WasmModule {
  return new WebAssembly.Module(bytes);
}

/** Instantiates a module that imports nothing and gives its exports. */
export function instantiateModule(module: WasmModule): unknown {
  return new WebAssembly.Instance(module, {}).exports;
}
