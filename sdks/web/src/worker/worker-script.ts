import { keylessFailure } from '../core/keyless-failure.ts';
import { checkIntegrity, fetchModuleFile, type ModuleFile } from './fetch-module-file.ts';

/** A script that was checked. */
export interface WorkerScript {
  /** Where the worker loads it from; undefined where only the bytes are right. */
  readonly url: string | undefined;
  readonly bytes: ArrayBuffer;
}

export interface WorkerScriptSource {
  readonly file: ModuleFile;
  /** The text of the published file, where it is known and may stand in for it. */
  readonly copy: string | undefined;
}

declare const __webpack_require__: unknown;

/**
 * True in an application that webpack made: it takes scripts that are addressed by `new URL` for part of the application
 * and has its minifier rewrite them. (A page that makes this true by a global of that name only gets the copy.)
 */
export const isMadeByWebpack = (): boolean => typeof __webpack_require__ === 'function';

/**
 * Loads the script of a worker and checks that it is what was published. A file that is not is never run; the copy is,
 * where there is one, after the same check.
 * @throws an `Error` with a code as its message, as `fetchModuleFile`
 */
export async function loadWorkerScript({ file, copy }: WorkerScriptSource): Promise<WorkerScript> {
  try {
    return { url: file.url, bytes: await fetchModuleFile(file) };
  } catch (failure) {
    const isRewritten = failure instanceof Error && failure.message === 'RUNTIME_VIOLATION';
    if (!isRewritten || copy === undefined) {
      throw failure;
    }
    const bytes = new TextEncoder().encode(copy).buffer;
    await checkIntegrity(file, bytes);
    return { url: undefined, bytes };
  }
}

/** Workers are of the page's origin alone; a script from elsewhere (a CDN) runs from the bytes that were checked. */
export function startWorker({ url, bytes }: WorkerScript): Worker {
  try {
    if (url !== undefined && new URL(url).origin === location.origin) {
      return new Worker(url, { type: 'module' });
    }
    const copy = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
    const worker = new Worker(copy, { type: 'module' });
    // The worker, and those it starts itself, have begun to load it by then.
    setTimeout(() => URL.revokeObjectURL(copy), 60_000);
    return worker;
  } catch (cause) {
    throw keylessFailure('WEB_ASSEMBLY_IMPORT_FAILED', { cause });
  }
}
