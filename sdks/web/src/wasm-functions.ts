import type { KeylessFailure } from './core/keyless-events.ts';
import { keylessFailure } from './core/keyless-failure.ts';
import type { KeylessWebAssemblyModuleOptions } from './worker/module-options.ts';
import { explainImportFailure, importVisionModule } from './worker/vision-module.ts';

/**
 * Loads the WebAssembly module and starts its worker. Once per page, before connections are opened; further calls do
 * nothing.
 *
 * @example
 * const failure = await importKeylessWebAssemblyModule({ url: { binary: '/assets/wasm.wasm' } })
 * if (failure instanceof Error) console.log(failure.message) // WEB_ASSEMBLY_IMPORT_FAILED, ...
 */
export async function importKeylessWebAssemblyModule(
  options?: KeylessWebAssemblyModuleOptions,
): Promise<KeylessFailure | undefined> {
  try {
    await importVisionModule(options);
    return undefined;
  } catch (error) {
    const failure = asFailure(error);
    explainImportFailure(failure);
    return failure;
  }
}

/**
 * Like `importKeylessWebAssemblyModule`, but rejects.
 * @throws an `Error` with the code as its message
 */
export async function importKeylessWebAssemblyModuleOrThrow(
  options?: KeylessWebAssemblyModuleOptions,
): Promise<void> {
  const failure = await importKeylessWebAssemblyModule(options);
  if (failure !== undefined) {
    throw failure;
  }
}

const asFailure = (error: unknown): KeylessFailure =>
  error instanceof Error && error.name === 'KeylessError'
    ? (error as KeylessFailure)
    : keylessFailure('WEB_ASSEMBLY_IMPORT_FAILED', { cause: error });
