import { bytesToBase64 } from '@openrecognize/bytes';
import { keylessFailure } from '../core/keyless-failure.ts';

/** What a file has to be. */
export interface ModuleFile {
  readonly url: string;
  readonly kind: 'script' | 'binary' | 'data';
  /** `sha384-<base64>`, where it is known. */
  readonly integrity: string | undefined;
}

const TIMEOUT_MS = 30_000;
/** `\0asm` (WebAssembly core specification §5.5.16). */
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * Loads one file of the module and checks that it is what was published. A server's usual mistakes get words of their
 * own: a page of HTML in place of the file, and the wrong type for WebAssembly, which is survived with a warning.
 *
 * @throws an `Error` whose message is `WEB_ASSEMBLY_MODULE_NOT_FOUND`, `WEB_ASSEMBLY_IMPORT_FAILED` or
 * `RUNTIME_VIOLATION` (hash differs)
 */
export async function fetchModuleFile(file: ModuleFile): Promise<ArrayBuffer> {
  const { response, bytes } = await download(file.url);
  const type = (response.headers.get('content-type') ?? '').toLowerCase();
  if (type.startsWith('text/html')) {
    throw importFailed(
      `${file.url} is a page of HTML: does the server have the file, and no catch-all route?`,
    );
  }
  if (file.kind === 'binary') {
    checkBinary(file.url, type, new Uint8Array(bytes));
  }
  await checkIntegrity(file, bytes);
  return bytes;
}

/** @throws an `Error` whose message is `RUNTIME_VIOLATION` if the bytes are not those of the published file */
export async function checkIntegrity({ url, integrity }: ModuleFile, bytes: ArrayBuffer): Promise<void> {
  if (integrity !== undefined && (await integrityOf(bytes)) !== integrity) {
    throw keylessFailure('RUNTIME_VIOLATION', { cause: `${url} is not the published file` });
  }
}

async function download(url: string): Promise<{ response: Response; bytes: ArrayBuffer }> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: aborter.signal, credentials: 'same-origin' });
    if (response.status === 404 || response.status === 410) {
      throw keylessFailure('WEB_ASSEMBLY_MODULE_NOT_FOUND', { cause: `${url}: ${response.status}` });
    }
    if (!response.ok) {
      throw importFailed(`${url}: ${response.status}`);
    }
    return { response, bytes: await response.arrayBuffer() };
  } catch (error) {
    throw error instanceof Error && error.name === 'KeylessError' ? error : importFailed(error);
  } finally {
    clearTimeout(timer);
  }
}

function checkBinary(url: string, type: string, bytes: Uint8Array): void {
  if (WASM_MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw importFailed(`${url} is not a WebAssembly module (content-type "${type}")`);
  }
  if (!type.startsWith('application/wasm')) {
    console.warn(`${url} is served as "${type}"; serve .wasm as application/wasm`);
  }
}

async function integrityOf(bytes: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-384', bytes);
  return `sha384-${bytesToBase64(new Uint8Array(digest))}`;
}

const importFailed = (cause: unknown) => keylessFailure('WEB_ASSEMBLY_IMPORT_FAILED', { cause });
