import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

/** Built files of packages alone: `/packages/<name>/dist/<file>`. */
const BUILT_FILE = /^\/packages\/[a-z-]+\/dist\/[\w/.-]+$/;
const ROOT = new URL('../../../', import.meta.url);
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
/** The page may share memory with workers. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const IMPORTS = {
  '@openrecognize/bytes': '/packages/bytes/dist/index.js',
  '@openrecognize/garbled-circuits': '/packages/garbled-circuits/dist/index.js',
};
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script>globalThis.loadModule = (path) => import(path)</script>`;

/** What the page has besides a browser's own: test runners rewrite `import()` where they see it. */
export interface PageGlobals {
  loadModule<Exports>(path: string): Promise<Exports>;
}

/** Where Debian's Chromium is; another one by `CHROMIUM_PATH`. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const send = (response: ServerResponse, status: number, type: string, body: string | Uint8Array) =>
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body);

function serve(files: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const file = files.get(url);
    if (url === '/') send(response, 200, 'text/html', PAGE);
    else if (file !== undefined) send(response, 200, 'application/octet-stream', file);
    else if (BUILT_FILE.test(url) && !url.includes('..')) {
      try {
        const body = readFileSync(fileURLToPath(new URL(`.${url}`, ROOT)));
        send(response, 200, TYPES[extname(url)] ?? 'application/octet-stream', body);
      } catch {
        send(response, 404, 'text/plain', 'not built');
      }
    } else send(response, 404, 'text/plain', 'not found');
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/**
 * Runs `action` with a cross-origin isolated page of headless Chromium that can import the packages' built modules
 * and fetch `files` by their paths. Undefined where there is no Chromium.
 */
export async function withChromiumPage<Result>(
  files: ReadonlyMap<string, Uint8Array>,
  action: (page: Page, version: string) => Promise<Result>,
): Promise<Result | undefined> {
  const args = [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const options = { executablePath, args: [...args, '--disable-quic', '--no-first-run'] };
  const browser = await chromium.launch(options).catch((error: Error) => {
    console.log(`skipped: Chromium (${error.message.split('\n')[0]})`);
    return undefined;
  });
  if (browser === undefined) return undefined;
  const server = await serve(files);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await action(page, browser.version());
  } finally {
    await browser.close();
    server.close();
  }
}
