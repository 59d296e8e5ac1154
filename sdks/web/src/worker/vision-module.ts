import type { KeylessFailure } from '../core/keyless-events.ts';
import { keylessFailure } from '../core/keyless-failure.ts';
import { fetchModuleFile, type ModuleFile } from './fetch-module-file.ts';
import type { KeylessFileAddress, KeylessWebAssemblyModuleOptions } from './module-options.ts';
import { PACKAGE_INTEGRITY } from './package-integrity.ts';
import { PACKAGE_SCRIPTS } from './package-scripts.ts';
import { VisionClient } from './vision-client.ts';
import { isMadeByWebpack, loadWorkerScript, startWorker } from './worker-script.ts';

let current: VisionClient | null = null;
let importing: Promise<VisionClient> | null = null;

/** The module that was imported, or null; one that aborted counts as not imported. */
export function visionModule(): VisionClient | null {
  return current?.isAborted === true ? null : current;
}

/**
 * Loads, checks and starts the module, once: further calls find it ready, calls meanwhile wait for the first.
 * @throws an `Error` with a code as its message
 */
export async function importVisionModule(options: KeylessWebAssemblyModuleOptions = {}): Promise<void> {
  if (visionModule() !== null) {
    return;
  }
  importing ??= startModule(options);
  try {
    current = await importing;
  } finally {
    importing = null;
  }
}

async function startModule({
  pthreads = false,
  url = {},
}: KeylessWebAssemblyModuleOptions): Promise<VisionClient> {
  if (pthreads && globalThis.crossOriginIsolated !== true) {
    const cause =
      'threads need the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
    throw keylessFailure('SESSION_MANAGER_NULL', { cause });
  }
  // Written out one by one: bundlers find assets by this very form.
  const script = pthreads
    ? fileOf('script', url.script, new URL('./pthreads/wasm.js', import.meta.url), 'pthreads/wasm.js')
    : fileOf('script', url.script, new URL('./wasm.js', import.meta.url), 'wasm.js');
  const binary = fileOf(
    'binary',
    url.binary ?? url.file,
    new URL('./wasm.wasm', import.meta.url),
    'wasm.wasm',
  );
  const data = fileOf('data', url.data, new URL('./wasm.data', import.meta.url), 'wasm.data');
  const threads = pthreads
    ? fileOf(
        'binary',
        url.threadsBinary,
        new URL('./pthreads/wasm.wasm', import.meta.url),
        'pthreads/wasm.wasm',
      )
    : null;
  const isCopyAllowed = url.script === undefined && isMadeByWebpack();
  const copy = isCopyAllowed ? PACKAGE_SCRIPTS[pthreads ? 'pthreads/wasm.js' : 'wasm.js'] : undefined;
  const [workerScript, binaryBytes, dataBytes, threadsBytes] = await Promise.all([
    loadWorkerScript({ file: script, copy }),
    fetchModuleFile(binary),
    fetchModuleFile(data),
    threads && fetchModuleFile(threads),
  ]);
  const client = new VisionClient(startWorker(workerScript));
  await client.start({
    binary: binaryBytes,
    data: dataBytes,
    ...(threadsBytes && { threadsBinary: threadsBytes }),
  });
  return client;
}

function fileOf(
  kind: ModuleFile['kind'],
  given: KeylessFileAddress,
  published: URL,
  name: string,
): ModuleFile {
  const url = new URL(given ?? published, document.baseURI).href;
  // The hash is that of the published file wherever it is served from, so a copy elsewhere has to be the same.
  return { kind, url, integrity: PACKAGE_INTEGRITY[name] };
}

/** The code and, where known, what was wrong, for the console of whoever integrates. */
export function explainImportFailure(failure: KeylessFailure): void {
  const { cause } = failure;
  console.error(`${failure.message}:`, cause instanceof Error ? cause.message : cause);
}
