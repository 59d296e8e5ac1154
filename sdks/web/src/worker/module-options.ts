/** Absolute, or relative to the page. */
export type KeylessFileAddress = string | URL | undefined;

/** Where the WebAssembly files are, when not beside `index.js`. */
export interface KeylessWebAssemblyModuleOptions {
  /** Several threads; needs a page with COOP `same-origin` and COEP `require-corp`. */
  readonly pthreads?: boolean | undefined;
  readonly url?:
    | {
        /** `wasm.wasm` */
        readonly binary?: KeylessFileAddress;
        /** Name of `binary` up to 2.3. */
        readonly file?: KeylessFileAddress;
        /** `wasm.data` */
        readonly data?: KeylessFileAddress;
        /** `wasm.js`, or `pthreads/wasm.js` with `pthreads` */
        readonly script?: KeylessFileAddress;
        /** `pthreads/wasm.wasm`; only with `pthreads` */
        readonly threadsBinary?: KeylessFileAddress;
      }
    | undefined;
}
