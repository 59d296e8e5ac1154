import { loadWasmEngine } from '@openrecognize/garbled-circuits-wasm/web';
import type { KeylessFailure } from '../core/keyless-events.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import { fetchModuleFile } from '../worker/fetch-module-file.ts';
import type { KeylessFileAddress } from '../worker/module-options.ts';
import { PACKAGE_INTEGRITY } from '../worker/package-integrity.ts';

/** Inputs of a garbling. No array is modified or kept. */
export interface KeylessGarblingInput {
  /** Bits of a code: a power of two, 64 to 4096. */
  readonly n: number;
  /** Largest Hamming distance that matches, 0 to n. */
  readonly threshold: number;
  /** 16 n bytes, secret. */
  readonly zeroLabels: Uint8Array;
  /** 16 bytes, secret; the lowest bit of the first is 1. */
  readonly delta: Uint8Array;
  /** 16 random bytes, fresh for each circuit. */
  readonly hashKey: Uint8Array;
}

/**
 * Garbles and evaluates the circuit "Hamming distance at most the threshold" (Zahur, Rosulek, Evans 2015) in the page.
 * The web session doesn't need it, its server garbles; it is here for programs that are a party themselves.
 * Synchronous, a few milliseconds a call; for use in a worker.
 */
export interface KeylessGarblingEngine {
  readonly name: string;
  garbleHamming(input: KeylessGarblingInput): {
    readonly payload: Uint8Array;
    readonly matchLabel: Uint8Array;
  };
  evaluateHamming(input: { readonly payload: Uint8Array; readonly labels: Uint8Array }): {
    readonly outputLabel: Uint8Array;
    readonly match: boolean;
    readonly valid: boolean;
  };
}

/** Where the file is, when not beside the package's `garbled-circuits/index.js`. */
export interface KeylessGarblingEngineOptions {
  readonly url?: { readonly binary?: KeylessFileAddress } | undefined;
}

/**
 * Loads the engine: half a megabyte of memory of its own, so load it once and keep it.
 *
 * @example
 * const engine = await loadKeylessGarblingEngine()
 * if (engine instanceof Error) console.log(engine.message) // WEB_ASSEMBLY_IMPORT_FAILED, ...
 */
export async function loadKeylessGarblingEngine({
  url,
}: KeylessGarblingEngineOptions = {}): Promise<KeylessGarblingEngine | KeylessFailure> {
  try {
    const published = new URL('./wasm.wasm', import.meta.url);
    const binary = await fetchModuleFile({
      kind: 'binary',
      url: new URL(url?.binary ?? published, document.baseURI).href,
      integrity: PACKAGE_INTEGRITY['garbled-circuits/wasm.wasm'],
    });
    return await loadWasmEngine({ binary });
  } catch (error) {
    return error instanceof Error && error.name === 'KeylessError'
      ? (error as KeylessFailure)
      : keylessFailure('WEB_ASSEMBLY_FACTORY_FAILED', { cause: error });
  }
}
